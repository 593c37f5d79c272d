// Whether the machine of the tests holds calls: what is asked about where nothing can hold it runs where it is held.
import { type HoldStatus, holdStatus } from "../src/surface/services/hold/hold-status.ts";

/**
 * What the machine can, or what it can with the bubblewrap that `SALLYPORT_TEST_BWRAP` names: the tests of the hold run against
 * another release by it. The program itself takes only one that the system's package manager put there.
 */
export async function standingOfTests(memory?: string): Promise<HoldStatus> {
  const standing = await holdStatus(memory);
  const bwrap = process.env["SALLYPORT_TEST_BWRAP"];
  return standing.works && bwrap !== undefined && bwrap !== ""
    ? { works: true, programs: { ...standing.programs, bwrap } }
    : standing;
}

const standing = await standingOfTests();

/** Why calls are not held here; undefined where they are. */
export const WHY_NOT_HELD: string | undefined = standing.works ? undefined : standing.why;

/** The verdict of a call whose code nobody can foresee, by what it is where nothing holds it. */
export function unlessHeld(verdict: string): string {
  return standing.works ? "allow" : verdict;
}

/** An answer with the ticket of its call left out: each has another. */
export function withoutTicket<Answer>(answer: Answer): Answer {
  const text = JSON.stringify(answer)?.replace(/(hold\/run'?) [0-9a-f]{20}/g, "$1 TICKET");
  return text === undefined ? answer : (JSON.parse(text) as Answer);
}
