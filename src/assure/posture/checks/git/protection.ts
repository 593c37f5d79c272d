// What a repository declares of the protection of its branches: settings files, rulesets, Terraform.
import { arrayOrEmpty, memberOf, stringOrEmpty } from "#base/json.ts";
import type { Fault, Looks } from "../../check.ts";
import { codeowners } from "../../codeowners.ts";
import { filesIn, lineFault, linesOf, ofFiles } from "../../looking.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { askedReviews } from "./protection-words.ts";
import { terraformFaults, terraformJsonFaults } from "./protection-terraform.ts";
import {
  PROGRAM,
  programs,
  programFaults,
  CALLS,
  calledFaults,
  ofTools,
  isOfTool,
  toolFaults,
  calling,
  DECLARES,
} from "./protection-programs.ts";

/** Checks of the family `git` about protected branches. */
export const protectionLooks: Looks = {
  "branch-protection-weak": ofFiles(
    (auditInputs) => [
      ...declarations(auditInputs),
      ...programs(auditInputs),
      ...ofTools(auditInputs),
      ...calling(auditInputs),
    ],
    "declared protection of branches",
    (file, auditInputs) => {
      const { yaml } = auditInputs;
      if (file.path.endsWith(".tf")) return terraformFaults(file, auditInputs);
      if (file.path.endsWith(".tf.json")) return terraformJsonFaults(file);
      if (PROGRAM.test(file.text ?? "")) return programFaults(file);
      if (isOfTool(file)) return toolFaults(file, yaml(file));
      return DECLARES.test(file.path) ? declaredFaults(file, yaml(file)) : calledFaults(file);
    },
  ),
  "owners-not-asked": ofFiles(
    (auditInputs) =>
      codeowners(auditInputs.repository) === undefined
        ? []
        : [
            ...declarations(auditInputs),
            ...programs(auditInputs),
            ...ofTools(auditInputs),
            ...calling(auditInputs),
          ],
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

function declarations({ repository }: AuditInputs): readonly SeenFile[] {
  return filesIn([repository], DECLARES);
}

/** Where a file declares that reviews are required, and whether those of owners are. */
function reviewsOf(
  file: SeenFile,
  reading: ReturnType<AuditInputs["yaml"]>,
): readonly { readonly line: number; readonly isOwners: boolean }[] {
  if (isOfTool(file) && reading.kind === "read")
    return askedReviews(reading.value).map(({ path, isOwners }) => ({
      line: reading.place(path).line,
      isOwners,
    }));
  if (
    !file.path.endsWith(".tf") &&
    (PROGRAM.test(file.text ?? "") || (CALLS.test(file.text ?? "") && !DECLARES.test(file.path)))
  ) {
    const text = file.text ?? "";
    const isOwners = /\brequire_?code_?owner_?reviews?["']?\s*[:=]\s*["']?true/i.test(text);
    return linesOf(file)
      .filter(
        ({ text: one }) =>
          /required_?(?:pull_?request_?reviews|approving_?review_?count)/i.test(one) &&
          !/(?:null|None|nil|\b0)["'\s,})]*$/.test(one),
      )
      .slice(0, 1)
      .map(({ line }) => ({ line, isOwners }));
  }
  if (file.path.endsWith(".tf") && /"gitlab_branch_protection"/.test(file.text ?? "")) {
    const text = file.text ?? "";
    if (!/\bapprovals_(?:required|before_merge)\s*=\s*[1-9]/.test(text)) return [];
    const isOwners = /\bcode_owner_approval_required\s*=\s*true/.test(text);
    return linesOf(file)
      .filter(({ text: one }) =>
        /"gitlab_branch_protection"|code_owner_approval_required/.test(one),
      )
      .slice(-1)
      .map(({ line }) => ({ line, isOwners }));
  }
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
  const rules = arrayOrEmpty(memberOf(value, "rules"));
  const protectedBranches = memberOf(memberOf(value, "github"), "protected_branches");
  const ofApache = Object.keys(
    typeof protectedBranches === "object" && protectedBranches !== null ? protectedBranches : {},
  ).map((name) => {
    const path = ["github", "protected_branches", name, "required_pull_request_reviews"] as const;
    return [path, memberOf(memberOf(protectedBranches, name), path[3])] as const;
  });
  const found: readonly (readonly [readonly (string | number)[], unknown])[] = [
    ...ofApache,
    [["required_pull_request_reviews"], memberOf(value, "required_pull_request_reviews")],
    ...arrayOrEmpty(memberOf(value, "branches")).map((branch, index) => {
      const path = ["branches", index, "protection", "required_pull_request_reviews"] as const;
      return [path, memberOf(memberOf(branch, "protection"), path[3])] as const;
    }),
    ...rules.flatMap((rule, index) =>
      memberOf(rule, "type") === "pull_request"
        ? [[["rules", index], memberOf(rule, "parameters")] as const]
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
              memberOf(reviews, "require_code_owner_reviews") === true ||
              memberOf(reviews, "require_code_owner_review") === true,
          },
        ],
  );
}

const DECLARED =
  /^(?:main|master|trunk|~DEFAULT_BRANCH|refs\/heads\/(?:main|master|trunk)|default)$/;

function declaredFaults(
  file: SeenFile,
  reading: ReturnType<AuditInputs["yaml"]>,
): readonly Fault[] {
  if (reading.kind === "fault") return [];
  const say = (path: readonly (string | number)[], message: string) =>
    lineFault(
      file,
      reading.place(path).line,
      message,
      "require one approval of a code owner, and forbid force pushes and deletions",
    );
  const branches = arrayOrEmpty(memberOf(reading.value, "branches"));
  const ofApache = memberOf(memberOf(reading.value, "github"), "protected_branches");
  const usual = stringOrEmpty(memberOf(memberOf(reading.value, "repository"), "default_branch"));
  return [
    ...["main", "master", "trunk"].flatMap((name) => {
      const protection = memberOf(ofApache, name);
      // Nothing but a name is a protection of its own: no force pushes, and no review.
      return protection === undefined
        ? []
        : protectionFaults(protection ?? {}, ["github", "protected_branches", name], say);
    }),
    ...branches.flatMap((branch, index) => {
      const name = stringOrEmpty(memberOf(branch, "name") ?? memberOf(branch, "pattern"));
      if (!DECLARED.test(name) && name !== usual) return [];
      return protectionFaults(
        memberOf(branch, "protection"),
        ["branches", index, "protection"],
        say,
      );
    }),
    ...rulesetFaults(reading.value, say),
    ...arrayOrEmpty(memberOf(reading.value, "rulesets")).flatMap((ruleset, index) =>
      rulesetFaults(ruleset, (path, message) => say(["rulesets", index, ...path], message)),
    ),
    // Several rulesets of an export in one list.
    ...arrayOrEmpty(reading.value).flatMap((ruleset, index) =>
      rulesetFaults(ruleset, (path, message) => say([index, ...path], message)),
    ),
    ...(memberOf(reading.value, "required_pull_request_reviews") !== undefined ||
    memberOf(reading.value, "allow_force_pushes") !== undefined
      ? protectionFaults(reading.value, [], say)
      : []),
  ];
}

/** Numbers of the roles read, triage and write in rulesets (the forge's reference). */
const WRITERS: ReadonlySet<number> = new Set([1, 3, 4]);

type Say = (path: readonly (string | number)[], message: string) => Fault;

function protectionFaults(
  protection: unknown,
  path: readonly (string | number)[],
  say: Say,
): readonly Fault[] {
  if (protection === null || protection === undefined)
    return [say(path, "the default branch is not protected")];
  const reviews = memberOf(protection, "required_pull_request_reviews");
  const count = memberOf(reviews, "required_approving_review_count");
  const force = memberOf(protection, "allow_force_pushes");
  const isForced = force === true || memberOf(force, "enabled") === true;
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
  if (memberOf(value, "target") !== "branch" && memberOf(value, "rules") === undefined) return [];
  const included = arrayOrEmpty(
    memberOf(memberOf(memberOf(value, "conditions"), "ref_name"), "include"),
  ).map(String);
  const rules = arrayOrEmpty(memberOf(value, "rules"));
  if (rules.length === 0 && included.length === 0) return [];
  if (included.length > 0 && !included.some((one) => DECLARED.test(one) || one === "~ALL"))
    return [];
  if (
    arrayOrEmpty(memberOf(memberOf(memberOf(value, "conditions"), "ref_name"), "exclude")).some(
      (one) => DECLARED.test(String(one)),
    )
  )
    return [
      say(["conditions", "ref_name", "exclude"], "the ruleset leaves the default branch out"),
    ];
  const types = rules.map((rule) => memberOf(rule, "type"));
  const index = types.indexOf("pull_request");
  const parameters = memberOf(rules[index], "parameters");
  const enforcement = memberOf(value, "enforcement");
  return [
    ...(enforcement !== undefined && enforcement !== "active"
      ? [say(["enforcement"], "the ruleset is not in force")]
      : []),
    ...(index === -1 || memberOf(parameters, "required_approving_review_count") === 0
      ? [say(["rules"], "changes come into the default branch without a review")]
      : []),
    ...arrayOrEmpty(memberOf(value, "bypass_actors")).flatMap((actor, at) =>
      memberOf(actor, "actor_type") === "RepositoryRole" &&
      WRITERS.has(Number(memberOf(actor, "actor_id"))) &&
      memberOf(actor, "bypass_mode") !== "pull_request"
        ? [say(["bypass_actors", at], "whoever may write goes around the ruleset")]
        : [],
    ),
    ...(types.includes("non_fast_forward")
      ? []
      : [say(["rules"], "force pushes to the default branch are let through")]),
  ];
}
