/** What a pass made of a text. */
export interface Passed {
  layers: number;
  /** Its most likely label, by number. */
  label: number;
}
