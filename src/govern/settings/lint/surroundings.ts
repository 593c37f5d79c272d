// Checks of what stands around settings files: the policy files that are in force beside them, and their reviews.
import { type PolicyReview, reviewRemarks } from "#govern/policy/review.ts";
import { CHECKS, type CheckId } from "./checks.ts";
import type { LintFinding, Remark } from "./document.ts";

/** What is known beside the text of settings files. */
export type LintSurroundings = {
  /** The day on which lint looks, such as 2030-12-31. */
  readonly today: string;
  /** Policy files of ours that are in force for the same sessions. */
  readonly reviews: readonly PolicyReview[];
};

/** What lint finds around the settings files. */
export function surroundingFindings({ today, reviews }: LintSurroundings): readonly LintFinding[] {
  return reviews.flatMap(({ review, place }) =>
    reviewRemarks(review, today).map(({ kind, text }) =>
      findingIn(place, kind === "due" ? "policy/review-due" : "policy/no-review", {
        message: `the policy is in force, and ${text}`,
        fix: "read it, try its examples with `sallyport policy test`, and write the dates under `review`",
      }),
    ),
  );
}

function findingIn(
  { file, line = 1, column = 1 }: PolicyReview["place"],
  id: CheckId,
  { message, fix }: Remark,
): LintFinding {
  const { severity, items } = CHECKS[id];
  return { id, severity, items, file, line, column, message, fix };
}
