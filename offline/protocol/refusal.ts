/** What AWS itself would refuse: Terraform shows it as the provider's own error, not as a fault of the stand-in. */
export class Refusal extends Error {
  constructor(
    /** What was tried, such as `reading Secrets Manager Secret Version (x)`. */
    readonly attempt: string,
    /** What AWS says to that. */
    readonly answer: string,
  ) {
    super(`${attempt}: ${answer}`);
  }
}
