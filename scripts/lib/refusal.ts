/** A command can't do what it was asked to. The message is for the user: it is printed without a stack trace. */
export class Refusal extends Error {
  override name = "Refusal";
}
