/** Thrown if a command can't do what the user asked for. The message is for the user and is printed without a stack trace. */
export class Refusal extends Error {
  override name = "Refusal";
}
