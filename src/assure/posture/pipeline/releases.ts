// What a step gives to others or to running systems: pushes, packages, images, releases, deployments, merges; by the effects of its commands and by known actions.
import { SCHEMES } from "./release-actions.ts";
import type { Step } from "./pipeline.ts";
import type { RanScript } from "./ran-script.ts";
import type { TextPlace } from "./yaml-tree.ts";

/** `push`: commits to a branch; `refs` undefined where they cannot be told. */
export type Release =
  | {
      readonly kind: "push";
      readonly at: TextPlace;
      readonly what: string;
      readonly refs: readonly string[] | undefined;
    }
  | {
      readonly kind: "publish" | "deploy" | "merge";
      readonly at: TextPlace;
      readonly what: string;
    };

type Placed = RanScript & {
  readonly place: (offset: number) => TextPlace;
  readonly script: { readonly text: string };
};

/** The releases of a step. */
export function releasesOf(step: Step, ran: readonly Placed[]): readonly Release[] {
  const { uses } = step;
  const known = SCHEMES.find(({ action }) => action.test(uses?.text ?? ""));
  const applies =
    known?.when === undefined ||
    known.when(new Map(step.inputs.map(({ name, value }) => [name, value])));
  const byAction: readonly Release[] =
    known === undefined || uses === undefined || !applies
      ? []
      : known.kind === "push"
        ? [{ kind: "push", at: uses.at, what: uses.text, refs: undefined }]
        : [{ kind: known.kind, at: uses.at, what: uses.text }];
  return [...byAction, ...releasesOfProgram(step), ...ran.flatMap((one) => releasesOfScript(one))];
}

/** Calls of the forge's interface in a program that an action of the forge runs. */
const CALLED: readonly (readonly [Release["kind"], RegExp])[] = [
  [
    "merge",
    /\b(?:pulls\.merge|repos\.merge)\s*\(|enablePullRequestAutoMerge|mergePullRequest\b|\bpulls\.(?:createReview|submitReview)\s*\([^]*?\bAPPROVE\b/,
  ],
  ["publish", /\brepos\.(?:createRelease|uploadReleaseAsset)\s*\(/],
  ["deploy", /\brepos\.createDeployment\s*\(/],
  [
    "push",
    /\bgit\.updateRef\s*\([^)]*heads\/(?:main|master)\b|\bcreateOrUpdateFileContents\s*\([^)]*\bbranch\s*:\s*["'](?:main|master)["']/,
  ],
];

function releasesOfProgram({ uses, inputs }: Step): readonly Release[] {
  if (uses?.text.startsWith("actions/github-script@") !== true) return [];
  const script = inputs.find(({ name }) => name === "script");
  if (script === undefined) return [];
  return CALLED.flatMap(([kind, pattern]): Release[] => {
    const what = pattern.exec(script.value)?.[0].split("(")[0];
    if (what === undefined) return [];
    return [
      kind === "push"
        ? { kind, at: script.at, what, refs: ["refs/heads/main"] }
        : { kind, at: script.at, what },
    ];
  });
}

/** What is told of a command: its first words. */
function firstOf(words: readonly (string | undefined)[]): string {
  return words
    .slice(0, 3)
    .map((word) => word ?? "?")
    .join(" ");
}

/** The releases of commands. */
export function releasesOfScript({ effects, commands, place, script }: Placed): readonly Release[] {
  const found: Release[] = [];
  for (const effect of effects) {
    const at = place(effect.at?.start ?? 0);
    const what = effect.via[0] ?? "";
    // A merge by a forge's program is told by its words.
    if (effect.kind === "publish" && effect.channel === "git" && !isRequest(what)) {
      const isTag =
        effect.refs !== undefined &&
        effect.refs.length > 0 &&
        effect.refs.every((ref) => ref.startsWith("refs/tags/"));
      if (isTag) found.push({ kind: "publish", at, what: "git push of a tag" });
      else
        found.push({ kind: "push", at, what: "git push", refs: refsOf(effect.refs, script.text) });
    } else if (effect.kind === "publish") {
      if (!isRequest(what)) found.push({ kind: "publish", at, what });
    } else if (effect.kind === "deploy" && !isRequest(what) && !isLogin(what, commands))
      found.push({ kind: "deploy", at, what });
  }
  for (const { words, at } of commands) {
    const line = words.map((word) => word ?? "?").join(" ");
    // A task whose script is known does what its own commands do.
    const isOnly = () => commands.filter((one) => one.at?.start === at?.start).length === 1;
    const told =
      namedRelease(line, words) ??
      forgeRelease(line, words) ??
      taskRelease(line, words, isOnly) ??
      laterRelease(line);
    if (told !== undefined) found.push({ at: place(at?.start ?? 0), ...told });
  }
  return unique(found);
}

type Words = Placed["commands"][number]["words"];
/** A release without its place. */
type Told = Release extends infer One ? (One extends Release ? Omit<One, "at"> : never) : never;

/** What programs are named for: merging, approving, releasing, deploying. */
function namedRelease(line: string, words: Words): Told | undefined {
  const what = firstOf(words);
  if (
    /^(?:\S*\/)?gh pr (?:merge|review\b.*(?:--approve|-a)\b)/.test(line) ||
    /^(?:\S*\/)?glab mr (?:merge|approve)/.test(line)
  )
    return { kind: "merge", what };
  if (
    /^(?:\S*\/)?az repos pr (?:set-vote\b.*approve|update\b.*(?:completed|--auto-complete))/.test(
      line,
    ) ||
    /^(?:\S*\/)?curl\b.*\/(?:merge|merge_requests\/[^/ ]+\/(?:merge|approve))\b/.test(line)
  )
    return { kind: "merge", what };
  if (/^(?:\S*\/)?(?:gh|glab|hub) release (?:create|upload|edit)\b/.test(line))
    return { kind: "publish", what };
  if (/^(?:\S*\/)?gh api\b.*\/releases\b(?=.*(?:POST|-[fF]\b|--input))/.test(line))
    return { kind: "publish", what: "gh api" };
  if (DEPLOYS.test(line) && !/--dry-run|--check\b|--preview|\bplan\b|--help\b/.test(line))
    return { kind: "deploy", what };
  return undefined;
}

/** What is done by a forge's interface, or by words that make it act. */
function forgeRelease(line: string, words: Words): Told | undefined {
  const what = firstOf(words);
  if (
    /^(?:\S*\/)?(?:gh|curl)\b.*(?:enablePullRequestAutoMerge|mergePullRequest|mergeBranch|addPullRequestReview\b.*APPROVE|submitPullRequestReview\b.*APPROVE)/.test(
      line,
    ) ||
    /^(?:\S*\/)?(?:gh api|curl)\b.*\/reviews\b.*APPROVE/.test(line) ||
    /^(?:\S*\/)?(?:gh|glab) (?:pr|mr|issue) (?:comment|note)\b.*\s(?:-b|--body|-m|--message)[= ](?:\/(?:merge|approve|lgtm)\b|bors r\+|@\w+ merge\b)/.test(
      line,
    ) ||
    /^(?:\S*\/)?(?:gh|glab) (?:pr|mr) (?:edit|update)\b.*--(?:add-)?label[= ]\S*(?:auto-?merge|ready-to-merge|merge-when)/i.test(
      line,
    )
  )
    return { kind: "merge", what };
  if (
    /^(?:\S*\/)?gh api\b.*\/contents\/.*\bbranch=(\S+)/.test(line) ||
    (/^(?:\S*\/)?(?:gh api|curl)\b.*\/contents\//.test(line) &&
      /(?:-X|--method|--request)[= ]?(?:PUT|POST|DELETE)/.test(line))
  )
    return {
      kind: "push",
      what: "contents of a branch by the forge's interface",
      refs: refsIn(line),
    };
  return undefined;
}

/** Tasks and scripts that are called by what they do; `isOnly` where nothing else is known of them. */
function taskRelease(line: string, words: Words, isOnly: () => boolean): Told | undefined {
  const what = firstOf(words);
  if (
    /^(?:\S*\/)?(?:npm|pnpm|yarn|bun)(?: run)? \S*(?:publish|release)\b|^(?:\S*\/)?jreleaser\b.*(?:release|deploy|publish|upload)|^(?:\S*\/)?bazel(?:isk)? run\b.*[:_](?:push|publish|release)\b/.test(
      line,
    ) &&
    isOnly() &&
    !/dry-?run|(?:pre|check|notes|please)[-:]?release|release[-:]?(?:notes|check|plan|test)/.test(
      line,
    )
  )
    return { kind: "publish", what };
  if (
    /^(?:\.\/|\S+\/|(?:ba|z)?sh (?:\.\/)?(?:\S+\/)?)?(?:deploy|rollout)[\w-]*\.(?:sh|bash|py|mjs|js|rb)\b/.test(
      line,
    ) &&
    !/dry-?run|--check\b|--help\b|\bplan\b/.test(line)
  )
    return {
      kind: "deploy",
      what: words
        .slice(0, 2)
        .map((word) => word ?? "?")
        .join(" "),
    };
  return undefined;
}

/** Tags that are pushed, and merges that nothing above names. */
function laterRelease(line: string): Told | undefined {
  if (
    /^(?:\S*\/)?git\b.*\spush\b.*(?:\s--tags\b|\s(?:refs\/tags\/)?v?\d+\.\d+\.\d+\S*(?:\s|$))/.test(
      line,
    )
  )
    return { kind: "publish", what: "git push of a tag" };
  if (/^(?:\S*\/)?gh api\b.*\/merge\b/.test(line)) return { kind: "merge", what: "gh api" };
  return undefined;
}

/** Programs that change what runs somewhere or the form of a database, by the words of their own references. */
const DEPLOYS =
  /^(?:(?:\S*\/)?(?:npx|bunx|pnpm(?: (?:exec|dlx))?|yarn(?: (?:exec|dlx))?|uv run|poetry run|bundle exec|python3? -m)\s+(?:-\S+\s+)*)?(?:\S*\/)?(?:dbmate\b.*\s(?:up|migrate|rollback|drop|load)\b|dotnet[- ]ef database (?:update|drop)\b|atlas (?:migrate|schema) apply\b|(?:flyway|liquibase)\b.*\s(?:migrate|clean|repair|update|rollback)\b|goose\b.*\s(?:up|down|reset|redo)\b|migrate\b.*-database\b.*\s(?:up|down|goto|force|drop)\b|sqitch\b.*\s(?:deploy|revert)\b|(?:sqlx|diesel) (?:migrate|migration) run\b|drizzle-kit (?:push|migrate)\b|supabase db (?:push|reset)\b|(?:sst|copilot|eb|garden|werf|kapp|serverless|sls|architect|arc|encore|shuttle|deployctl|modal|cdktf|waypoint) (?:\S+ )?(?:deploy|up)\b|railway up\b|kamal (?:deploy|redeploy|rollback|setup)\b|cap \S+ deploy\b|nomad (?:job )?(?:run|stop)\b|skaffold (?:run|deploy)\b|tk apply\b|helmfile\b.*\s(?:apply|sync|destroy)\b|argocd app (?:sync|set|rollback)\b|gcloud\b.*\s(?:deploy|rollouts? create|set-traffic|update-traffic)\b|az (?:webapp|functionapp|containerapp|deployment|staticwebapp|spring)\b.*\s(?:up|deploy|create|config-zip|set|sync|restart)\b|aws\b.*\s(?:update-service|update-function-code|create-deployment|update-stack|create-stack|start-deployment|create-invalidation|run-task)\b|firebase\S* deploy\b|heroku\b.*\s(?:container:release|releases:rollback|run)\b|surge\b|oc (?:apply|rollout|start-build|set image)\b|ansible-playbook\b|fastlane\b.*\s(?:deploy|release|beta)\b)/;

/** Whether a cloud's program only logs in or is set up. */
function isLogin(what: string, commands: Placed["commands"]): boolean {
  const own = commands.filter(({ words }) => (words[0] ?? "").replace(/^.*\//, "") === what);
  return (
    /^(?:gcloud|aws|az)$/.test(what) &&
    own.length > 0 &&
    own.every(({ words }) =>
      /^(?:auth|config|configure|sts|login|account|info|version|sso)$/.test(words[1] ?? ""),
    )
  );
}

/** Opening and commenting requests and issues is what a job of the client is for. */
function isRequest(what: string): boolean {
  return /^(?:gh|glab|hub)$/.test(what);
}

function refsIn(line: string): readonly string[] | undefined {
  const branch = /\bbranch["']?\s*[=:]\s*["']?([\w./-]+)/.exec(line)?.[1];
  return branch === undefined ? undefined : [branch];
}

/** Branches of a push, with what the text says where the words are not known. */
function refsOf(refs: readonly string[] | undefined, text: string): readonly string[] | undefined {
  if (refs !== undefined && refs.length > 0) return refs;
  if (/git\s+push[^\n]*(?:default_branch|CI_DEFAULT_BRANCH|DEFAULT_BRANCH)/.test(text))
    return ["main"];
  return writtenRefs(text);
}

/** Names that may stand for the branch on which the job began. */
const OWN_REF = /ref_?name|\bGITHUB_REF\b|base_?ref|COMMIT_BRANCH|default|current/i;

/** Branches as a push names them where a part is put in later; undefined where that part may be the branch of everybody. */
function writtenRefs(text: string): readonly string[] | undefined {
  const push = /\bgit\b[^\n;&|]*?\spush\b([^\n;&|]*)/.exec(text)?.[1];
  if (push === undefined) return undefined;
  const words = (push.match(/(?:"[^"]*"|'[^']*'|\$\{\{[^}]*\}\}|[^\s"'])+/g) ?? []).filter(
    (word) => !word.startsWith("-"),
  );
  const [, ...named] = words.map((word) => word.replaceAll(/["']/g, ""));
  if (named.length === 0) return undefined;
  const branches = named.map((word) => {
    const target = word
      .replace(/^\+/, "")
      .replace(/^[^:]*:/, "")
      .replace(/^refs\/heads\//, "");
    const name = /^\$\{?([A-Za-z_]\w*)\}?/.exec(target)?.[1];
    const given =
      name === undefined
        ? undefined
        : new RegExp(`(?:^|[\\s;])${name}=["']?([^\\s"';]+)`, "m").exec(text)?.[1];
    return given ?? target;
  });
  return branches.some((branch) => branch === "HEAD" || OWN_REF.test(branch))
    ? undefined
    : branches;
}

function unique(found: readonly Release[]): readonly Release[] {
  return [...new Map(found.map((one) => [`${one.kind}:${one.at.line}`, one])).values()];
}

const DEFAULT_BRANCHES =
  /^(?:refs\/heads\/)?(?:main|master|trunk|develop|production|prod|release)$/;

/** Whether a push reaches a branch that people work from. `starts`: the branch that the job works on, where it is known. */
export function isDefaultBranch(ref: string): boolean {
  return DEFAULT_BRANCHES.test(ref);
}
