// What a repository declares of the protection of its branches: settings files, rulesets, Terraform.
import type { Fault, Looks } from "../../check.ts";
import { codeowners } from "../../codeowners.ts";
import { filesIn, lineFault, linesOf, ofFiles } from "../../looking.ts";
import type { SeenFile, Sights } from "../../sights.ts";

/** Checks of the family `git` about protected branches. */
export const protectionLooks: Looks = {
  "branch-protection-weak": ofFiles(
    declarations,
    "declared protection of branches",
    (file, { yaml }) =>
      file.path.endsWith(".tf") ? terraformFaults(file) : declaredFaults(file, yaml(file)),
  ),
  "owners-not-asked": ofFiles(
    (sights) => (codeowners(sights.repository) === undefined ? [] : declarations(sights)),
    "declared protection of branches beside a CODEOWNERS file",
    (file, { yaml }) => {
      const asks = reviewsOf(file, yaml(file));
      if (asks.length === 0 || asks.some(({ isOwners }) => isOwners)) return [];
      return asks.map(({ line }) =>
        lineFault(
          file,
          line,
          "a review is required, and not one of the owners: whoever may write approves what steers the client and the pipeline",
          "require the review of code owners (`require_code_owner_reviews`, in rulesets `require_code_owner_review`)",
        ),
      );
    },
  ),
};

function declarations({ repository }: Sights): readonly SeenFile[] {
  return filesIn(
    [repository],
    /(?:^|\/)\.github\/(?:settings|branch-protection\w*|rulesets?\/.*|.*protection.*)\.(?:ya?ml|json)$|\.tf$|(?:^|\/)(?:rulesets?|branch-protection)[\w.-]*\.(?:json|ya?ml)$/,
  );
}

/** Where a file declares that reviews are required, and whether those of owners are. */
function reviewsOf(
  file: SeenFile,
  reading: ReturnType<Sights["yaml"]>,
): readonly { readonly line: number; readonly isOwners: boolean }[] {
  if (file.path.endsWith(".tf")) {
    const text = file.text ?? "";
    const isOwners = /\brequire_code_owner_reviews?\s*=\s*(?!false\b)\S/.test(text);
    return linesOf(file)
      .filter(({ text: one }) =>
        /^\s*(?:required_pull_request_reviews|pull_request)\s*\{/.test(one),
      )
      .map(({ line }) => ({ line, isOwners }));
  }
  if (reading.kind === "fault") return [];
  const { value } = reading;
  const rules = list(member(value, "rules"));
  const found: readonly (readonly [readonly (string | number)[], unknown])[] = [
    [["required_pull_request_reviews"], member(value, "required_pull_request_reviews")],
    ...list(member(value, "branches")).map((branch, index) => {
      const path = ["branches", index, "protection", "required_pull_request_reviews"] as const;
      return [path, member(member(branch, "protection"), path[3])] as const;
    }),
    ...rules.flatMap((rule, index) =>
      member(rule, "type") === "pull_request"
        ? [[["rules", index], member(rule, "parameters")] as const]
        : [],
    ),
  ];
  return found.flatMap(([path, reviews]) =>
    typeof reviews !== "object" || reviews === null
      ? []
      : [
          {
            line: reading.place(path).line,
            isOwners:
              member(reviews, "require_code_owner_reviews") === true ||
              member(reviews, "require_code_owner_review") === true,
          },
        ],
  );
}

const DECLARED = /^(?:main|master|~DEFAULT_BRANCH|refs\/heads\/(?:main|master)|default)$/;

function declaredFaults(file: SeenFile, reading: ReturnType<Sights["yaml"]>): readonly Fault[] {
  if (reading.kind === "fault") return [];
  const say = (path: readonly (string | number)[], message: string) =>
    lineFault(
      file,
      reading.place(path).line,
      message,
      "require one approval of a code owner, and forbid force pushes and deletions",
    );
  const branches = list(member(reading.value, "branches"));
  return [
    ...branches.flatMap((branch, index) => {
      if (!DECLARED.test(wordOf(member(branch, "name") ?? member(branch, "pattern")))) return [];
      return protectionFaults(member(branch, "protection"), ["branches", index, "protection"], say);
    }),
    ...rulesetFaults(reading.value, say),
    ...(member(reading.value, "required_pull_request_reviews") !== undefined ||
    member(reading.value, "allow_force_pushes") !== undefined
      ? protectionFaults(reading.value, [], say)
      : []),
  ];
}

type Say = (path: readonly (string | number)[], message: string) => Fault;

function protectionFaults(
  protection: unknown,
  path: readonly (string | number)[],
  say: Say,
): readonly Fault[] {
  if (protection === null || protection === undefined)
    return [say(path, "the default branch is not protected")];
  const reviews = member(protection, "required_pull_request_reviews");
  const count = member(reviews, "required_approving_review_count");
  const force = member(protection, "allow_force_pushes");
  const isForced = force === true || member(force, "enabled") === true;
  return [
    ...(reviews === null || reviews === undefined || reviews === false || count === 0
      ? [
          say(
            [...path, "required_pull_request_reviews"],
            "changes come into the default branch without a review",
          ),
        ]
      : []),
    ...(isForced
      ? [say([...path, "allow_force_pushes"], "force pushes to the default branch are let through")]
      : []),
  ];
}

/** Rulesets as the forge exports them: rules about the default branch without a review, or that let force pushes through. */
function rulesetFaults(value: unknown, say: Say): readonly Fault[] {
  if (member(value, "target") !== "branch" && member(value, "rules") === undefined) return [];
  const included = list(member(member(member(value, "conditions"), "ref_name"), "include")).map(
    String,
  );
  const rules = list(member(value, "rules"));
  if (rules.length === 0 && included.length === 0) return [];
  if (included.length > 0 && !included.some((one) => DECLARED.test(one) || one === "~ALL"))
    return [];
  const types = rules.map((rule) => member(rule, "type"));
  const index = types.indexOf("pull_request");
  const parameters = member(rules[index], "parameters");
  const enforcement = member(value, "enforcement");
  return [
    ...(enforcement !== undefined && enforcement !== "active"
      ? [say(["enforcement"], "the ruleset is not in force")]
      : []),
    ...(index === -1 || member(parameters, "required_approving_review_count") === 0
      ? [say(["rules"], "changes come into the default branch without a review")]
      : []),
    ...(types.includes("non_fast_forward")
      ? []
      : [say(["rules"], "force pushes to the default branch are let through")]),
  ];
}

function terraformFaults(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  if (!/resource\s+"github_(?:branch_protection|repository_ruleset)/.test(text)) return [];
  const start =
    linesOf(file).find(({ text: one }) => /resource\s+"github_branch_protection/.test(one))?.line ??
    1;
  const bad = linesOf(file).filter(({ text: one }) =>
    /^\s*(?:allows_force_pushes|allow_force_pushes)\s*=\s*true|required_approving_review_count\s*=\s*0/.test(
      one,
    ),
  );
  const fix = "require one approval, and set `allows_force_pushes = false`";
  return [
    ...bad.map(({ line }) =>
      lineFault(
        file,
        line,
        "the default branch takes changes without a review, or force pushes",
        fix,
      ),
    ),
    ...(/github_branch_protection/.test(text) && !/required_pull_request_reviews/.test(text)
      ? [lineFault(file, start, "changes come into the branch without a review", fix)]
      : []),
  ];
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
