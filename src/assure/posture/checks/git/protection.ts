// What a repository declares of the protection of its branches: settings files, rulesets, Terraform.
import type { Fault, Looks } from "../../check.ts";
import { codeowners } from "../../codeowners.ts";
import { filesIn, lineFault, linesOf, ofFiles } from "../../looking.ts";
import { bracketed } from "../../hook-script/program-values.ts";
import { operationFiles, scriptFiles } from "../../scripts-seen.ts";
import type { SeenFile, Sights } from "../../sights.ts";

/** Checks of the family `git` about protected branches. */
export const protectionLooks: Looks = {
  "branch-protection-weak": ofFiles(
    (sights) => [
      ...declarations(sights),
      ...programs(sights),
      ...[...new Set([...scriptFiles(sights), ...operationFiles(sights)])].filter(
        (file) => CALLS.test(file.text ?? "") && !DECLARES.test(file.path),
      ),
    ],
    "declared protection of branches",
    (file, { yaml }) => {
      if (file.path.endsWith(".tf")) return terraformFaults(file);
      if (file.path.endsWith(".tf.json")) return terraformJsonFaults(file);
      if (PROGRAM.test(file.text ?? "")) return programFaults(file);
      return DECLARES.test(file.path) ? declaredFaults(file, yaml(file)) : calledFaults(file);
    },
  ),
  "owners-not-asked": ofFiles(
    (sights) =>
      codeowners(sights.repository) === undefined
        ? []
        : [...declarations(sights), ...programs(sights)],
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
  if (PROGRAM.test(file.text ?? "") && !file.path.endsWith(".tf")) {
    const text = file.text ?? "";
    const isOwners = /\brequire_?code_?owner_?reviews?["']?\s*[:=]\s*["']?true/i.test(text);
    return linesOf(file)
      .filter(({ text: one }) =>
        /required_?(?:pull_?request_?reviews|approving_?review_?count)/i.test(one),
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
  const ofApache = member(member(reading.value, "github"), "protected_branches");
  return [
    ...["main", "master", "trunk"].flatMap((name) => {
      const protection = member(ofApache, name);
      // Nothing but a name is a protection of its own: no force pushes, and no review.
      return protection === undefined
        ? []
        : protectionFaults(protection ?? {}, ["github", "protected_branches", name], say);
    }),
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

/** Resources of Terraform that protect branches. */
const RESOURCE =
  /^[ \t]*resource\s+"(github_branch_protection\w*|github_repository_ruleset|github_organization_ruleset|gitlab_branch_protection)"\s+"[^"]*"\s*\{/gm;
const NO_DEFAULT =
  /^\s*(?:pattern|branch)\s*=\s*"(?!main"|master"|trunk"|develop"|production"|\*|default|\$\{)[^"]+"/m;

function terraformFaults(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  return [...text.matchAll(RESOURCE)].flatMap(({ index, 0: head, 1: kind = "" }) => {
    const body = bracketed(text, index + head.length - 1);
    // Another branch than the one that all work from, or a ruleset about others, may be as open as its owner likes.
    const included = /\binclude\s*=\s*\[([^\]]*)\]/.exec(body)?.[1];
    const isOther =
      NO_DEFAULT.test(body) ||
      /^\s*target\s*=\s*"tag"/m.test(body) ||
      (included !== undefined && !/DEFAULT_BRANCH|~ALL|main|master|\$\{|var\./.test(included));
    if (isOther) return [];
    const line = (at: number): number => text.slice(0, at).split("\n").length;
    const fix = "require one approval, and set `allows_force_pushes = false`";
    const open = [
      ...body.matchAll(
        /^[ \t]*(?:(?:allows?_force_push(?:es)?)\s*=\s*true|required_approving_review_count\s*=\s*0\b|enforcement\s*=\s*"(?:evaluate|disabled)"|push_access_level\s*=\s*"developer")/gm,
      ),
    ].map((match) =>
      lineFault(
        file,
        line(index + head.length + match.index + (/^\s*/.exec(match[0])?.[0].length ?? 0)),
        "the default branch takes changes without a review, or force pushes",
        fix,
      ),
    );
    const asks = kind.startsWith("gitlab")
      ? true
      : kind.endsWith("ruleset")
        ? /\bpull_request\s*\{/.test(body)
        : /required_pull_request_reviews/.test(body);
    return asks
      ? open
      : [
          ...open,
          lineFault(file, line(index), "changes come into the branch without a review", fix),
        ];
  });
}

/** Resources of programs that set a forge up: Pulumi and the like, in any of their languages. */
const PROGRAM =
  /\b(?:github|gitlab|gh|gl)\.(?:New)?(?:BranchProtection(?:V3)?|RepositoryRuleset|OrganizationRuleset)\s*\(|\bnew\s+(?:BranchProtection(?:V3)?|RepositoryRuleset|OrganizationRuleset)\s*\(|\btype:\s*["']?git(?:hub|lab):(?:index[/:])?\w*(?:BranchProtection|Ruleset)/;

function programs(sights: Sights): readonly SeenFile[] {
  return filesIn([sights.repository], /\.(?:[cm]?[jt]s|py|go|cs|ya?ml)$/).filter(
    ({ path, text = "" }) => !DECLARES.test(path) && PROGRAM.test(text ?? ""),
  );
}

/** What a program declares, by the words of its resources. */
function programFaults(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  return [...text.matchAll(new RegExp(PROGRAM, "g"))].flatMap(({ index, 0: head }) => {
    const body = head.endsWith("(")
      ? bracketed(text, index + head.length - 1)
      : (/^[^]*?(?=\n\s{0,2}\S+:\s*\n\s+type:|$)/.exec(text.slice(index))?.[0] ?? "");
    const named = /\b(?:pattern|branch)["']?\s*[:=]\s*(?:\w+\.String\()?["'`]([^"'`]+)/i.exec(
      body,
    )?.[1];
    if (named !== undefined && !/^(?:main|master|trunk|develop|production|\*|~)/.test(named))
      return [];
    if (/\btarget["']?\s*[:=]\s*(?:\w+\.String\()?["']tag/i.test(body)) return [];
    const isOpen =
      /\ballows?_?force_?push(?:es)?["']?\s*[:=]\s*(?:\w+\.Bool\()?true/i.test(body) ||
      /required_?approving_?review_?count["']?\s*[:=]\s*(?:\w+\.Int\()?0\b/i.test(body) ||
      /\benforcement["']?\s*[:=]\s*(?:\w+\.String\()?["'](?:evaluate|disabled)/i.test(body) ||
      /\bpush_?access_?level["']?\s*[:=]\s*(?:\w+\.String\()?["']developer/i.test(body);
    const asks =
      /gitlab/i.test(head) ||
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
  /\/protection\b|\bprotected_branches\b|\/rulesets\b|[uU]pdateBranchProtection|\b(?:edit|remove)_protection\(|\baz repos policy approver-count\b/;

/** The same resources where Terraform's text is JSON. */
function terraformJsonFaults(file: SeenFile): readonly Fault[] {
  const found =
    /"allows?_force_push(?:es)?"\s*:\s*true|"required_approving_review_count"\s*:\s*0\b|"enforcement"\s*:\s*"(?:evaluate|disabled)"|"push_access_level"\s*:\s*"developer"/.exec(
      file.text ?? "",
    );
  if (
    found === null ||
    !/"(?:github_branch_protection\w*|git\w+_ruleset|gitlab_branch_protection)"/.test(
      file.text ?? "",
    )
  )
    return [];
  return [
    lineFault(
      file,
      (file.text ?? "").slice(0, found.index).split("\n").length,
      "the default branch takes changes without a review, or force pushes",
      "require one approval, and let no force push through",
    ),
  ];
}

/** Calls of a forge's interface by which a script takes the protection of the default branch away. */
function calledFaults(file: SeenFile): readonly Fault[] {
  const text = (file.text ?? "").replaceAll(/^[ \t]*#[^\n]*/gm, (line) => " ".repeat(line.length));
  const at =
    /\bbranches\/(?:main|master|trunk|["']?\$[{(]?\w+[})]?["']?|\{\w+\})\/protection\b|\bprotected_branches\b|[uU]pdateBranchProtection|\b(?:edit|remove)_protection\(|\baz repos policy approver-count (?:create|update)\b|\/rulesets\b(?=[^]*"(?:rules|enforcement)")/.exec(
      text,
    );
  if (at === null) return [];
  if (at[0].startsWith("/rulesets")) {
    const isWeak =
      /"enforcement"\s*:\s*"(?:disabled|evaluate)"/.test(text) ||
      (/"rules"\s*:/.test(text) &&
        !/"target"\s*:\s*"tag"/.test(text) &&
        !/"pull_request"/.test(text)) ||
      /"required_approving_review_count"\s*:\s*0\b/.test(text);
    if (!isWeak) return [];
  }
  const line = text.slice(0, at.index).split("\n").length;
  const isOpen =
    /^\/rulesets|^remove_protection/.test(at[0]) ||
    /["']?required_pull_request_reviews["']?\s*[:=]\s*(?:null|None)|["']?allow_force_push(?:es)?["']?\s*[:=]\s*(?:true|True)|["']?required_approving_review_count\]?["']?\s*[:=]\s*0\b/.test(
      text,
    ) ||
    /\bpush_access_level["']?\s*[:=]\s*["']?(?:30|developer)\b/.test(text) ||
    /\bapprover-count\b[^\n]*(?:--blocking[= ]false|--enabled[= ]false|--minimum-approver-count[= ]0)/.test(
      text,
    ) ||
    /(?:-X|--method|--request)[= ]?["']?DELETE\b[^\n]*protected_branches\b|protected_branches\b[^\n]*(?:-X|--method|--request)[= ]?["']?DELETE\b/.test(
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
