// What `sallyport status` says of the reviews of the policy files that are in force: their dates, and which are due.
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import {
  type PolicyReview,
  readReview,
  reviewInWords,
  reviewRemarks,
} from "#govern/policy/review.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { isInPlace, type ManagedPlace, managedPlace, upperSources } from "./layers.ts";
import { readPolicyText } from "./policy-file.ts";
import type { Check } from "../../foundation/terminal/finding.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";

/** The reviews of the policy files that are in force in a project, the highest layer first. Packs are the product's. */
export function reviewsInForce(
  root: string,
  chosen: ProjectEntry["policy"] | undefined,
  managed: ManagedPlace = managedPlace(),
): readonly PolicyReview[] {
  const own = chosen !== undefined && "file" in chosen ? chosen.file : undefined;
  const upper = upperSources(root, managed, own).filter(isInPlace);
  return [...upper.map(({ file }) => file), ...(own === undefined ? [] : [own])].flatMap(
    (file) => reviewIn(file) ?? [],
  );
}

/** WHY a file that cannot be read says nothing here: what is wrong with it is a finding of its own. */
function reviewIn(file: string): PolicyReview | undefined {
  try {
    return readReview(readPolicyText(file).text, file);
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

/** One check for each review: found where it is due, otherwise its dates. */
export function checkReviews(
  { root, policy }: Pick<ProjectEntry, "root" | "policy">,
  nowMs: number,
): readonly Check[] {
  return reviewsInForce(root, policy).map(({ review, place: { file, line } }): Check => {
    const about = "review";
    const remarks = reviewRemarks(review, dayOf(nowMs));
    const dates = review === undefined ? [] : [reviewInWords(review)];
    const said = [...remarks.map(({ text }) => text), ...dates].join("; ");
    const text = printable(`${file}: ${said}`);
    if (remarks.some(({ kind }) => kind === "due"))
      return {
        about,
        level: "found",
        text,
        repair: `\${EDITOR:-vi} +${line ?? 1} ${shellWord(file)}`,
      };
    return { about, level: remarks.length === 0 ? "ok" : "note", text };
  });
}
