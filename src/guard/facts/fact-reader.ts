// Reads facts during evaluation and remembers which were used and which were missing: that is how evaluation asks.
import { FACT_QUERIES_MAX } from "#base/limits.ts";
import { type FactAnswer, type FactQuery, type Facts, queryKey } from "./facts.ts";

/** Looks answers up; a missing one becomes a query for the next round. */
export class FactReader {
  readonly #answers: Facts["answers"];
  readonly #missing = new Map<string, FactQuery>();
  readonly #used = new Set<string>();

  constructor(answers: Facts["answers"]) {
    this.#answers = answers;
  }

  ask(query: FactQuery): FactAnswer | undefined {
    const key = queryKey(query);
    const answer = this.#answers.get(key);
    if (answer !== undefined) this.#used.add(key);
    else if (this.#missing.size < FACT_QUERIES_MAX) this.#missing.set(key, query);
    return answer;
  }

  /** What was asked and had no answer, at most FACT_QUERIES_MAX. */
  missing(): readonly FactQuery[] {
    return [...this.#missing.values()];
  }

  /** Keys of the answers that were looked at. */
  used(): readonly string[] {
    return [...this.#used];
  }
}
