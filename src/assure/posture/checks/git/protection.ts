// What a repository declares of the protection of its branches: settings files, rulesets, Terraform.
import type { Fault, Looks } from "../../check.ts";
import { codeowners } from "../../codeowners.ts";
import { filesIn, lineFault, linesOf, ofFiles } from "../../looking.ts";
import { bracketed } from "../../hook-script/program-values.ts";
import { operationFiles, scriptFiles } from "../../scripts-seen.ts";
import type { SeenFile, Sights } from "../../sights.ts";
import { askedReviews, weakSpots, weakWord } from "./protection-words.ts";
import { terraformFaults, terraformJsonFaults } from "./protection-terraform.ts";

/** Checks of the family `git` about protected branches. */
export const protectionLooks: Looks = {
  "branch-protection-weak": ofFiles(
    (sights) => [
      ...declarations(sights),
      ...programs(sights),
      ...ofTools(sights),
      ...calling(sights),
    ],
    "declared protection of branches",
    (file, sights) => {
      const { yaml } = sights;
      if (file.path.endsWith(".tf")) return terraformFaults(file, sights);
      if (file.path.endsWith(".tf.json")) return terraformJsonFaults(file);
      if (PROGRAM.test(file.text ?? "")) return programFaults(file);
      if (isOfTool(file)) return toolFaults(file, yaml(file));
      return DECLARES.test(file.path) ? declaredFaults(file, yaml(file)) : calledFaults(file);
    },
  ),
  "owners-not-asked": ofFiles(
    (sights) =>
      codeowners(sights.repository) === undefined
        ? []
        : [...declarations(sights), ...programs(sights), ...ofTools(sights), ...calling(sights)],
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
  return filesIn([repository], DECLARES);
}

const DECLARES =
  /(?:^|\/)\.asf\.yaml$|(?:^|\/)\.github\/(?:(?:repos|suborgs)\/.*|safe-settings.*|settings|branch-protection\w*|rulesets?\/.*|.*protection.*)\.(?:ya?ml|json)$|\.tf(?:\.json)?$|(?:^|\/)(?:rulesets?|branch-protection)[\w.-]*\.(?:json|ya?ml)$/;

/** Where a file declares that reviews are required, and whether those of owners are. */
function reviewsOf(
  file: SeenFile,
  reading: ReturnType<Sights["yaml"]>,
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
  const rules = list(member(value, "rules"));
  const protectedBranches = member(member(value, "github"), "protected_branches");
  const ofApache = Object.keys(
    typeof protectedBranches === "object" && protectedBranches !== null ? protectedBranches : {},
  ).map((name) => {
    const path = ["github", "protected_branches", name, "required_pull_request_reviews"] as const;
    return [path, member(member(protectedBranches, name), path[3])] as const;
  });
  const found: readonly (readonly [readonly (string | number)[], unknown])[] = [
    ...ofApache,
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

const DECLARED =
  /^(?:main|master|trunk|~DEFAULT_BRANCH|refs\/heads\/(?:main|master|trunk)|default)$/;

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
  const ofApache = member(member(reading.value, "github"), "protected_branches");
  const usual = wordOf(member(member(reading.value, "repository"), "default_branch"));
  return [
    ...["main", "master", "trunk"].flatMap((name) => {
      const protection = member(ofApache, name);
      // Nothing but a name is a protection of its own: no force pushes, and no review.
      return protection === undefined
        ? []
        : protectionFaults(protection ?? {}, ["github", "protected_branches", name], say);
    }),
    ...branches.flatMap((branch, index) => {
      const name = wordOf(member(branch, "name") ?? member(branch, "pattern"));
      if (!DECLARED.test(name) && name !== usual) return [];
      return protectionFaults(member(branch, "protection"), ["branches", index, "protection"], say);
    }),
    ...rulesetFaults(reading.value, say),
    ...list(member(reading.value, "rulesets")).flatMap((ruleset, index) =>
      rulesetFaults(ruleset, (path, message) => say(["rulesets", index, ...path], message)),
    ),
    // Several rulesets of an export in one list.
    ...list(reading.value).flatMap((ruleset, index) =>
      rulesetFaults(ruleset, (path, message) => say([index, ...path], message)),
    ),
    ...(member(reading.value, "required_pull_request_reviews") !== undefined ||
    member(reading.value, "allow_force_pushes") !== undefined
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
  if (
    list(member(member(member(value, "conditions"), "ref_name"), "exclude")).some((one) =>
      DECLARED.test(String(one)),
    )
  )
    return [
      say(["conditions", "ref_name", "exclude"], "the ruleset leaves the default branch out"),
    ];
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
    ...list(member(value, "bypass_actors")).flatMap((actor, at) =>
      member(actor, "actor_type") === "RepositoryRole" &&
      WRITERS.has(Number(member(actor, "actor_id"))) &&
      member(actor, "bypass_mode") !== "pull_request"
        ? [say(["bypass_actors", at], "whoever may write goes around the ruleset")]
        : [],
    ),
    ...(types.includes("non_fast_forward")
      ? []
      : [say(["rules"], "force pushes to the default branch are let through")]),
  ];
}

/** Resources of programs that set a forge up: Pulumi and the like, in any of their languages. */
const PROGRAM =
  /\b(?:github|gitlab|gh|gl)\.(?:New)?(?:BranchProtection(?:V3)?|RepositoryRuleset|OrganizationRuleset)\s*\(|\borgs\.new(?:BranchProtectionRule|(?:Repo|Org)Ruleset)\(|\bnew\s+\w+\.(?:BranchPolicyMinReviewers|BranchRestriction)\s*\(|\bnew\s+(?:BranchProtection(?:V3)?|RepositoryRuleset|OrganizationRuleset)\s*\(|\btype:\s*["']?git(?:hub|lab):(?:index[/:])?\w*(?:BranchProtection|Ruleset)/;

function programs(sights: Sights): readonly SeenFile[] {
  return filesIn([sights.repository], /\.(?:[cm]?[jt]s|py|go|cs|ya?ml|jsonnet|libsonnet)$/).filter(
    ({ path, text = "" }) => !DECLARES.test(path) && PROGRAM.test(text ?? ""),
  );
}

/** What a program declares, by the words of its resources. */
function programFaults(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  return [...text.matchAll(new RegExp(PROGRAM, "g"))].flatMap(({ index, 0: head }) => {
    const isJsonnet = head.startsWith("orgs.");
    const after = text.slice(index + head.length);
    const curly = /^[^)]*\)\s*\{/.exec(after);
    const body = isJsonnet
      ? curly === null
        ? ""
        : bracketed(text, index + head.length + curly[0].length - 1)
      : head.endsWith("(")
        ? bracketed(text, index + head.length - 1)
        : (/^[^]*?(?=\n\s{0,2}\S+:\s*\n\s+type:|$)/.exec(text.slice(index))?.[0] ?? "");
    const named = /\b(?:pattern|branch)["']?\s*[:=]\s*(?:\w+\.String\()?["'`]([^"'`]+)/i.exec(
      body,
    )?.[1];
    if (named !== undefined && !/^(?:main|master|trunk|develop|production|\*|~)/.test(named))
      return [];
    if (/\btarget["']?\s*[:=]\s*(?:\w+\.String\()?["']tag/i.test(body)) return [];
    const branch = isJsonnet ? /^\s*["']([^"']*)/.exec(after)?.[1] : undefined;
    if (branch !== undefined && !/^(?:main|master|trunk|\*|\$)/.test(branch)) return [];
    const isOpen =
      weakWord(body) !== undefined ||
      /\ballows?_?force_?push(?:es)?["']?\s*[:=]\s*(?:\w+\.Bool\()?true/i.test(body) ||
      /required_?approving_?review_?count["']?\s*[:=]\s*(?:\w+\.Int\()?0\b/i.test(body) ||
      /\benforcement["']?\s*[:=]\s*(?:\w+\.String\()?["'](?:evaluate|disabled)/i.test(body) ||
      /\bpush_?access_?level["']?\s*[:=]\s*(?:\w+\.String\()?["']developer/i.test(body);
    const asks =
      isJsonnet ||
      /gitlab|Policy|Restriction/i.test(head) ||
      /required_?pull_?request_?reviews|\bpull_?request["']?\s*[:=]/i.test(body);
    if (!isOpen && asks) return [];
    const line = text.slice(0, index).split("\n").length;
    return [
      lineFault(
        file,
        line,
        "the default branch takes changes without a review, or force pushes",
        "require one approval of a code owner, and let no force push through",
      ),
    ];
  });
}

/** Scripts that speak to a forge about the protection of branches. */
const CALLS =
  /\/protection\b|\b(?:protected_?branches|branch_protections)\b|\/rulesets\b|[uU]pdateBranchProtection|\b(?:edit|remove)_protection\(|\baz repos policy approver-count\b/;

/** Calls of a forge's interface by which a script takes the protection of the default branch away. */
function calledFaults(file: SeenFile): readonly Fault[] {
  const text = (file.text ?? "").replaceAll(/^[ \t]*#[^\n]*/gm, (line) => " ".repeat(line.length));
  const at =
    /\bbranches\/(?:main|master|trunk|["']?\$[{(]?\w+[})]?["']?|\{\w+\})\/protection\b|\b(?:protected_?branches|branch_protections)\b|[uU]pdateBranchProtection|\b(?:edit|remove)_protection\(|\baz repos policy approver-count (?:create|update)\b|\/rulesets\b(?=[^]*"(?:rules|enforcement)")|\/rulesets\/["']?[\w${}]+(?=[^\n]*\benforcement=)|\bDELETE\b[^\n]*\/rulesets\/|\/rulesets\/[^\n]*\bDELETE\b/.exec(
      text,
    );
  if (at === null) return [];
  if (/^DELETE|^\/rulesets/.test(at[0])) {
    const isWeak =
      /\bDELETE\b/.test(at[0]) ||
      /\benforcement=["']?(?:disabled|evaluate)\b/.test(text) ||
      /"enforcement"\s*:\s*"(?:disabled|evaluate)"/.test(text) ||
      (/"rules"\s*:/.test(text) &&
        !/"target"\s*:\s*"tag"/.test(text) &&
        !/"pull_request"/.test(text)) ||
      /"required_approving_review_count"\s*:\s*0\b/.test(text);
    if (!isWeak) return [];
  }
  const line = text.slice(0, at.index).split("\n").length;
  const isOpen =
    /^DELETE|^\/rulesets|^remove_protection/.test(at[0]) ||
    weakWord(text) !== undefined ||
    /\bDELETE\s+\S*\/(?:protection|protected_branches|branch_protections|rulesets)\b/.test(text) ||
    /["']?required_pull_request_reviews["']?\s*[:=]\s*(?:null|None)|["']?allow_force_push(?:es)?["']?\s*[:=]\s*(?:true|True)|["']?required_approving_review_count\]?["']?\s*[:=]\s*0\b/.test(
      text,
    ) ||
    /\bpush_access_level["']?\s*[:=]\s*(?:[\w.]+\.)?["']?(?:30|developer|DEVELOPER(?:_ACCESS)?)\b/.test(
      text,
    ) ||
    /\bapprover-count\b[^\n]*(?:--blocking[= ]false|--enabled[= ]false|--minimum-approver-count[= ]0)/.test(
      text,
    ) ||
    /(?:-X|--method|--request)[= ]?["']?DELETE\b[^\n]*(?:protected_branches|branch_protections)\b|(?:protected_branches|branch_protections)\b[^\n]*(?:-X|--method|--request)[= ]?["']?DELETE\b/.test(
      text,
    ) ||
    /(?:-X|--method)[= ]?["']?DELETE\b[^\n]*protection\b|protection\b[^\n]*(?:-X|--method)[= ]?["']?DELETE\b/.test(
      text,
    );
  return isOpen
    ? [
        lineFault(
          file,
          line,
          "the script leaves the default branch without reviews, or open to force pushes",
          "require one approval, and forbid force pushes",
        ),
      ]
    : [];
}

/** Declarations of tools that set a forge up, by what their files hold. */
function ofTools({ repository }: Sights): readonly SeenFile[] {
  return filesIn([repository], /\.(?:ya?ml|json|config|conf)$/).filter((file) => isOfTool(file));
}

const TOOL_WORDS =
  /\bbranch[-_]?protections?\b|protected_branch(?:es)?\b|\bprojects_and_groups\b|\bBranchProtection\b|\brequired_pull_request_reviews\b|\b(?:enforceDefault|requireApproval)\b|"isBlocking"|^\s*approval_rules:/m;
const GIT_SERVERS = /(?:^|\/)(?:gitolite\.conf|project\.config)$/;

function isOfTool({ path, text = "" }: SeenFile): boolean {
  if (GIT_SERVERS.test(path)) return true;
  return (
    /\.(?:ya?ml|json)$/.test(path) &&
    !DECLARES.test(path) &&
    !/(?:^|\/)(?:\.github\/workflows\/|package\.json$|\.gitlab-ci\.ya?ml$)/.test(path) &&
    TOOL_WORDS.test(text) &&
    !PROGRAM.test(text)
  );
}

/** Faults of such a declaration: by the words that all share, and of git's own servers by their lines. */
function toolFaults(file: SeenFile, reading: ReturnType<Sights["yaml"]>): readonly Fault[] {
  const fix = "require one approval, and let no force push through";
  if (GIT_SERVERS.test(file.path))
    return serverLines(file).map((line) =>
      lineFault(file, line, "whoever may write replaces the default branch without a review", fix),
    );
  if (reading.kind === "fault") return [];
  return [reading.value, ...reading.more].flatMap((value) =>
    weakSpots(value).map(({ path, message }) =>
      lineFault(file, reading.place(path).line, message, fix),
    ),
  );
}

/** Lines of gitolite and Gerrit that let everybody push to all branches, or to the default one. */
function serverLines(file: SeenFile): readonly number[] {
  let isShared = false;
  return linesOf(file).flatMap(({ text, line }) => {
    const access = /^\s*\[access "([^"]*)"\]/.exec(text)?.[1];
    if (access !== undefined) isShared = /refs\/(?:heads\/)?(?:\*|main|master)$/.test(access);
    else if (/^\s*\[/.test(text)) isShared = false;
    const isGerrit =
      isShared &&
      /^\s*push\s*=\s*(?:\+force\s+)?group\s+(?:Registered Users|Anonymous)/i.test(text);
    const isGitolite =
      /^\s*RW\+\w*(?:\s+(?:refs\/heads\/)?(?:main|master)\$?)?\s*=\s*.*@(?:all|developers?|devs?|staff|everyone)\b/.test(
        text,
      );
    return isGerrit || isGitolite ? [line] : [];
  });
}

/** Scripts and pipelines that speak to a forge about the protection of branches. */
function calling(sights: Sights): readonly SeenFile[] {
  const pipelines = filesIn(
    [sights.repository],
    /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$|(?:^|\/)\.gitlab-ci\.ya?ml$/,
  );
  return [...new Set([...scriptFiles(sights), ...operationFiles(sights), ...pipelines])].filter(
    (file) => CALLS.test(file.text ?? "") && !DECLARES.test(file.path) && !isOfTool(file),
  );
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
