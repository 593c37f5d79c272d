// Protection of branches as tools and forges declare it, told by the words that they share wherever those stand.
import { memberOf } from "#base/json.ts";

/** A place in a declaration where the default branch is left open. */
export type WeakSpot = { readonly path: readonly (string | number)[]; readonly message: string };

const NO_REVIEW = "changes come into the default branch without a review";
const FORCED = "force pushes to the default branch are let through";
const NOT_IN_FORCE = "the protection of the default branch is not in force";
const ANYBODY = "whoever may write pushes to the default branch without a review";
const OWN_VOTE = "whoever wrote a change approves it";

type Weak = readonly [key: RegExp, isWeak: (value: unknown) => boolean, message: string];
const isNo = (value: unknown) => value === false || value === "false";
const isYes = (value: unknown) => value === true || value === "true";
const isZero = (value: unknown) => value === 0 || value === "0";

/**
 * Words of GitHub's and GitLab's interfaces, of Gitea, Azure DevOps and Bitbucket, and of tools that set them up, in one
 * spelling (their references).
 */
const WEAK: readonly Weak[] = [
  [
    /^(?:allows?|enable)forcepush(?:es)?$|^forcepushallowed$/,
    (value) => isYes(value) || isYes(memberOf(value, "enabled")),
    FORCED,
  ],
  [/^blockforce(?:push(?:es)?)?$|^(?:preventforcepush|disallowforcepush)(?:es)?$/, isNo, FORCED],
  [
    /^required(?:approvingreviewcount|approvals?|approvalscount|approvalcount|reviewers|reviewercount)$|^approvals?(?:required|beforemerge|count)$|^min(?:imum)?(?:approvals?|approvers?|approvercount|reviewers?)(?:count)?$|^reviewercount$/,
    isZero,
    NO_REVIEW,
  ],
  [/^requiredpullrequestreviews$/, (value) => value === null || isNo(value), NO_REVIEW],
  [/^require(?:s|d)?(?:approvals?|reviews?|pullrequests?|codereview)$/, isNo, NO_REVIEW],
  [/^protect(?:ed|ion)?$/, (value) => isNo(value) || value === null, NOT_IN_FORCE],
  [/^enforcement$/, (value) => value === "disabled" || value === "evaluate", NOT_IN_FORCE],
  [/^(?:is)?blocking$/, isNo, NOT_IN_FORCE],
  [/^creatorvotecounts$|^submittercanvote$|^mergerequestsauthorapproval$/, isYes, OWN_VOTE],
  [
    /^push(?:accesslevels?|access)$/,
    (value) => listOf(value).some((one) => isWriter(one)),
    ANYBODY,
  ],
];

/** Roles that may write and no more: of GitLab by name and number. */
function isWriter(value: unknown): boolean {
  const level = memberOf(value, "access_level") ?? memberOf(value, "accessLevel") ?? value;
  return /^(?:developers?(?: \+ maintainers)?|30|everyone|anyone)$/i.test(String(level));
}

const DEFAULT =
  /^(?:refs\/heads\/)?(?:main|master|trunk|develop|production|default|HEAD|\*{1,2})$|^~(?:DEFAULT_BRANCH|ALL)$|\$|^\{/;
const NAMING = /^(?:name|pattern|branch|branchname|rulename|repositoryref|ref|refname)$/;
const BRANCH_MAPS = /^(?:protectedbranches|branches)$/;

/** Where a declaration leaves the default branch open. Objects about another branch, or about tags, are passed over. */
export function weakSpots(
  value: unknown,
  path: readonly (string | number)[] = [],
  depth = 0,
): readonly WeakSpot[] {
  if (depth > DEPTH_MAX || typeof value !== "object" || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((one, index) => weakSpots(one, [...path, index], depth + 1));
  const entries = Object.entries(value).map(([key, one]) => ({ key, word: wordOf(key), one }));
  if (isAboutAnother(entries, path)) return [];
  const isOpenPush =
    entries.some(({ word, one }) => word === "enablepush" && isYes(one)) &&
    !entries.some(({ word, one }) => word === "enablepushwhitelist" && isYes(one));
  return [
    ...(isOpenPush ? [{ path, message: ANYBODY }] : []),
    ...entries.flatMap(({ key, word, one }) => {
      const found = WEAK.find(([pattern, isWeak]) => pattern.test(word) && isWeak(one));
      return [
        ...(word === "count" && path.at(-1) === "requires" && isZero(one)
          ? [{ path: [...path, key], message: NO_REVIEW }]
          : []),
        ...(found === undefined ? [] : [{ path: [...path, key], message: found[2] }]),
        ...weakSpots(one, [...path, key], depth + 1),
      ];
    }),
  ];
}

/** Where a declaration asks for reviews, and whether it asks the owners. */
export function askedReviews(
  value: unknown,
  path: readonly (string | number)[] = [],
  depth = 0,
): readonly { readonly path: readonly (string | number)[]; readonly isOwners: boolean }[] {
  if (depth > DEPTH_MAX || typeof value !== "object" || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((one, index) => askedReviews(one, [...path, index], depth + 1));
  const entries = Object.entries(value).map(([key, one]) => ({ key, word: wordOf(key), one }));
  if (isAboutAnother(entries, path)) return [];
  const counts = entries.some(
    ({ word, one }) => /^required(?:approvingreviewcount|approvals)$/.test(word) && Number(one) > 0,
  );
  const isOwners = entries.some(
    ({ word, one }) => /^requirecodeownerreviews?$/.test(word) && isYes(one),
  );
  return [
    ...(counts ? [{ path, isOwners }] : []),
    ...entries.flatMap(({ key, one }) => askedReviews(one, [...path, key], depth + 1)),
  ];
}

const DEPTH_MAX = 16;

function isAboutAnother(
  entries: readonly { readonly word: string; readonly one: unknown }[],
  path: readonly (string | number)[],
): boolean {
  const key = path.at(-1);
  const above = wordOf(String(path.at(-2) ?? ""));
  if (BRANCH_MAPS.test(above) && typeof key === "string" && !DEFAULT.test(key)) return true;
  // Only in lists of branches is a name one of a branch: elsewhere it is one of a rule or a team.
  const isBranch = BRANCH_MAPS.test(
    wordOf(String(path.findLast((one) => typeof one === "string") ?? "")),
  );
  return entries.some(
    ({ word, one }) =>
      (typeof one === "string" &&
        NAMING.test(word) &&
        (word !== "name" || isBranch) &&
        !DEFAULT.test(one)) ||
      (word === "target" && one === "tag") ||
      (word === "include" &&
        Array.isArray(one) &&
        one.length > 0 &&
        !one.some((each) => DEFAULT.test(String(each)))) ||
      (word === "refname" && isBranchesElsewhere(one)),
  );
}

function isBranchesElsewhere(value: unknown): boolean {
  const included = memberOf(value, "include");
  return (
    Array.isArray(included) &&
    included.length > 0 &&
    !included.some((each) => DEFAULT.test(String(each)))
  );
}

const ASSIGNED = String.raw`["']?\]?\s*(?:[:=]|=>|\s)\s*(?:\w+\.(?:String|Int|Bool)\()?["']?`;
const WEAK_TEXT = new RegExp(
  [
    String.raw`\b(?:allows?|enable)_?force_?push(?:es)?${ASSIGNED}true\b`,
    String.raw`\b(?:required_?approving_?review_?count|required_?approvals?|approvals_?required|approvals_before_merge|minimum[-_]?approver[-_]?count|reviewer_?count)${ASSIGNED}0\b`,
    String.raw`\brequired_?pull_?request_?reviews${ASSIGNED}(?:null|None|nil|false)\b`,
    String.raw`\bprotected${ASSIGNED}false\b`,
    String.raw`\brequires_?(?:approving_?reviews|pull_?request)${ASSIGNED}false\b`,
    String.raw`\benforcement${ASSIGNED}(?:disabled|evaluate)\b`,
    String.raw`\b(?:is_?)?blocking${ASSIGNED}false\b`,
    String.raw`\b(?:creator[-_]?vote[-_]?counts|submitter_?can_?vote|merge_requests_author_approval)${ASSIGNED}true\b`,
    String.raw`\bpush_?access_?level${ASSIGNED}(?:developer|30)\b`,
    String.raw`"?\benable_push"?${ASSIGNED}true\b(?![^]*enable_push_whitelist"?\s*[:=]\s*true)`,
  ].join("|"),
  "i",
);

/** The first word of a program or a command line that leaves a branch open, as its place in the text. */
export function weakWord(text: string): number | undefined {
  return WEAK_TEXT.exec(text)?.index;
}

const wordOf = (key: string): string => key.toLowerCase().replaceAll(/[^a-z]/g, "");
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
