// The review that a policy says of itself: who answers for it, when people last read it, and whether that is due again.
import { readDeclaration } from "#base/declaration.ts";
import { Failure, type SourcePlace } from "#base/failure.ts";
import { type Pack, PACK_CHARS_MAX, PackSchema } from "#govern/library/pack-schema.ts";

/** The review of one policy file, and where it stands in it. */
export type PolicyReview = {
  readonly review: Pack["review"];
  readonly place: SourcePlace & { readonly file: string };
};

/** What to say of a review. `due`: its day is past. `missing`: somebody or some day is not named. */
export type ReviewRemark = { readonly kind: "due" | "missing"; readonly text: string };

/** The review in a policy file's text; undefined where the file cannot be used, which is told elsewhere. */
export function readReview(text: string, file: string): PolicyReview | undefined {
  const options = { file, kind: "policy", schema: PackSchema, charsMax: PACK_CHARS_MAX } as const;
  try {
    const { value, place } = readDeclaration(text, options);
    const key = value.review?.next === undefined ? ["review"] : ["review", "next"];
    return { review: value.review, place: { ...place(key), file } };
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

/** What is due or missing. `today`: a day such as 2030-12-31. */
export function reviewRemarks(review: Pack["review"], today: string): readonly ReviewRemark[] {
  if (review === undefined)
    return [{ kind: "missing", text: "nobody is named who answers for it: add `review.owner`" }];
  const { reviewed, next } = review;
  const never = "it was never reviewed: add `review.reviewed`";
  return [
    ...(reviewed === undefined ? [{ kind: "missing", text: never } as const] : []),
    ...(next !== undefined && next < today
      ? [{ kind: "due", text: `its review was due on ${next}` } as const]
      : []),
  ];
}

/** A review in a few words: owner, who read it when, when it was tried, and when it is due again. */
export function reviewInWords({
  owner,
  reviewed,
  by,
  next,
  retested,
}: NonNullable<Pack["review"]>) {
  const person = by === undefined ? "" : ` by ${by}`;
  return [
    `owner ${owner}`,
    ...(reviewed === undefined ? [] : [`reviewed ${reviewed}${person}`]),
    ...(retested === undefined ? [] : [`retested ${retested}`]),
    ...(next === undefined ? [] : [`next review ${next}`]),
  ].join(", ");
}
