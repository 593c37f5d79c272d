// What a command got with calls held and without, and what a change of that means for a person.

/** A verdict with the rule that is told first. */
export type Told = { readonly verdict: string; readonly rule: string };

/** Without a hold and with one. */
export type Verdicts = { readonly unheld: Told; readonly held: Told };

/** A judged command, with the programs that ran. */
export type Judged = { readonly verdicts: Verdicts; readonly programs: readonly string[] };

/** One line of a judged tree. */
export type JudgedLine = Verdicts & {
  /** The first name of the model that was taken out; empty for none. */
  readonly without: string;
  readonly source: string;
  readonly command: string;
  readonly isHarm: boolean;
  readonly isSealed: boolean;
};

/** What switching a thing off changes, in commands. */
export type Change = {
  /** With calls held: what a person meets is another thing, a question or a refusal more or less. */
  readonly noticed: number;
  /** Of these, harm that nobody is asked about any more: the kernel alone stands before it. */
  readonly opened: number;
  /** With calls held: the same verdict for another reason. */
  readonly otherReason: number;
  /** Without a hold: what ran or was refused is a question now. */
  readonly moreQuestions: number;
  /** Without a hold: harm that was stopped runs unasked. */
  readonly runsUnasked: number;
  /** Examples of what a person meets, never of a sealed case. */
  readonly examples: readonly string[];
};

const EXAMPLES_MAX = 3;
const EXAMPLE_CHARS = 90;

/** What changes from one judged tree to another, over the commands that both have. */
export function changeOf(before: readonly JudgedLine[], after: readonly JudgedLine[]): Change {
  const old = new Map(before.map((line) => [line.command, line]));
  let [noticed, opened, otherReason, moreQuestions, runsUnasked] = [0, 0, 0, 0, 0];
  const examples: string[] = [];
  for (const now of after) {
    const was = old.get(now.command);
    if (was === undefined) continue;
    const isNoticed = met(was.held.verdict) !== met(now.held.verdict);
    if (isNoticed) noticed += 1;
    else if (was.held.rule !== now.held.rule) otherReason += 1;
    if (isNoticed && now.isHarm && met(now.held.verdict) === "runs") opened += 1;
    const [one, other] = [met(was.unheld.verdict), met(now.unheld.verdict)];
    if (one !== other && other === "asks") moreQuestions += 1;
    if (one !== other && other === "runs" && now.isHarm) runsUnasked += 1;
    const isShown = (isNoticed || one !== other) && !now.isSealed;
    if (isShown && examples.length < EXAMPLES_MAX)
      examples.push(
        `${was.held.verdict}/${was.unheld.verdict} -> ${now.held.verdict}/${now.unheld.verdict}: ${now.command.replaceAll("\n", "\\n").slice(0, EXAMPLE_CHARS)}`,
      );
  }
  return { noticed, opened, otherReason, moreQuestions, runsUnasked, examples };
}

/** A verdict as a person meets it: `abstain` leaves it to the client, which runs what its mode runs. */
function met(verdict: string): "runs" | "asks" | "refused" {
  if (verdict === "deny") return "refused";
  return verdict === "ask" ? "asks" : "runs";
}
