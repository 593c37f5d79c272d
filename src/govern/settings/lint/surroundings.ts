// Checks of what stands around settings files: dead places, managed settings that are missing, policies and their reviews.
import type { SourcePlace } from "#base/failure.ts";
import { type PolicyReview, reviewRemarks } from "#govern/policy/review.ts";
import { CHECKS, type CheckId } from "./checks.ts";
import type { LintFinding, Remark } from "./document.ts";
import { deadPlaces } from "./file.ts";

/** What is known beside the text of settings files. */
export type LintSurroundings = {
  /** The day on which lint looks, such as 2030-12-31. */
  readonly today: string;
  /** Policy files of ours that are in force for the same sessions. */
  readonly reviews: readonly PolicyReview[];
  /** Files at places where the client does not look. */
  readonly dead: readonly string[];
  /** The organization's policy of this machine while the client has no managed settings. */
  readonly unmanaged: string | undefined;
  /** Settings of the repository that git does not follow. */
  readonly uncommitted: string | undefined;
};

/** What lint finds around the settings files. */
export function surroundingFindings(around: LintSurroundings): readonly LintFinding[] {
  const { dead, unmanaged, uncommitted } = around;
  return [
    ...dead.flatMap((file) =>
      deadPlaces(file).map((remark) => findingIn({ file }, "file/dead-place", remark)),
    ),
    ...(unmanaged === undefined
      ? []
      : [
          findingIn({ file: unmanaged }, "stack/no-managed-settings", {
            message:
              "the machine has a managed policy, and its client no managed settings: anybody's own settings can take the hooks out",
            fix: "compile it with `sallyport policy compile --target managed` and put the files in their places",
          }),
        ]),
    ...(uncommitted === undefined
      ? []
      : [
          findingIn({ file: uncommitted }, "file/not-committed", {
            message:
              "git does not follow this file: its rules hold for whoever wrote it, and for nobody else",
            fix: "commit it, or move what is yours alone to `.claude/settings.local.json`",
          }),
        ]),
    ...reviewFindings(around),
  ];
}

function reviewFindings({ today, reviews }: LintSurroundings): readonly LintFinding[] {
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
  { file, line = 1, column = 1 }: SourcePlace & { readonly file: string },
  id: CheckId,
  { message, fix }: Remark,
): LintFinding {
  const { severity, items } = CHECKS[id];
  return { id, severity, items, file, line, column, message, fix };
}
