// What is thrown when a call needs more steps than whoever asked wanted to give it: it is for somebody who has the time.

/** Steps of evaluation ran out that were given to one call. The call is neither allowed nor refused by that. */
export class HeavyCall extends Error {
  override readonly name = "HeavyCall";
}
