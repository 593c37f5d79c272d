// gh and glab: pull requests, releases, repositories, secrets and tokens at a forge.
import { EMPTY, hole, literal, sourcesOf, type TextSet, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import type { DataSource, ForgeAct } from "../../vocabulary/effect.ts";
import { apiPaths, subjectsOf } from "../network/forge-subjects.ts";
import { thingsOf } from "../network/forge-things.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import {
  both,
  deploys,
  effect,
  egress,
  installs,
  readOnlyVerb,
  persists,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  type VerbCall,
  verbModel,
  verbs,
} from "../model/verbs.ts";

/** Asks the forge, as the person who is logged in there; which host that is stands in settings. */
const asksForge: Verb = {
  effects: ({ name, words, stdin }) => {
    const destination = {
      host: name === "glab" ? "gitlab.com" : "github.com",
      port: undefined,
      scheme: "https",
    } as const;
    const own = { ...destination, known: "account" } as const;
    const carries: DataSource[] = [
      { kind: "argument" },
      ...sourcesOf([...words, ...(stdin ?? EMPTY)]).filter((source) => !isFromForge(source)),
    ];
    return [
      effect<"egress">({ kind: "egress", destination: own, carries }),
      prints([[hole("unmodelled", { sources: [{ kind: "network", destination: own }] })]]),
    ];
  },
};

/** Whether data came from the forge itself, so that it learns nothing from it. */
function isFromForge(source: DataSource): boolean {
  return source.kind === "network" && source.destination.known === "account";
}

/** The files of a commit or a run come to the working tree, or to the directory that is named. */
const brings: Verb = {
  among: [
    taking("D", "--dir"),
    taking("O", "--output"),
    taking("npAbRtu", "--name --pattern --archive --branch --repo"),
    flags("f", "--force --clobber --detach --skip-existing --recurse-submodules"),
  ],
  effects: (call, context) => {
    const isCheckout = call.verb.endsWith("checkout");
    const [place = literal(".")] = call.values("--dir");
    if (isCheckout)
      return [
        ...asksForge.effects(call, context),
        writes(literal("."), "tracked", { reach: "tree" }),
        // Git is told which request the branch follows.
        { kind: "settles", whose: "repository" },
      ];
    const destination = { host: "github.com", port: undefined, scheme: "https" };
    const content: TextSet = [
      [hole("dynamic-code", { sources: [{ kind: "network", destination }] })],
    ];
    const [file] = call.values("--output");
    return [
      ...asksForge.effects(call, context),
      file === undefined
        ? writes(place, "change", { reach: "tree", content })
        : writes(file, "create", { content }),
    ];
  },
};

/** The same, with the repositories that it is about. */
function about(verb: Verb): Verb {
  return {
    ...verb,
    effects: (call, context) => {
      const subjects = [...subjectsOf(call, context), ...thingsOf(call, context)];
      return verb
        .effects(call, context)
        .map((one) =>
          one.kind === "effect" && (one.effect.kind === "publish" || one.effect.kind === "deploy")
            ? { ...one, effect: { ...one.effect, subjects } }
            : one,
        );
    },
  };
}

/** Without a method or fields it asks; with them it changes. */
const api: Verb = {
  among: [
    taking("X", "--method"),
    taking("fF", "--field --raw-field"),
    role("input", taking("--input")),
    taking("Hpqt", "--header --preview --jq --template --hostname --cache"),
    flags("i", "--include --paginate --silent --slurp --verbose"),
  ],
  effects: (call, context) => {
    const words = call.words.map((word) => textOf(word) ?? "?");
    const [given] = call.values("--method");
    const method = given === undefined ? undefined : (textOf(given) ?? "?").replace(/^=/, "");
    const sends =
      call.values("--field", "--input").length > 0 ||
      words.some((word) => /graphql|\?/.test(word) && word.includes("mutation"));
    const asks =
      onlyQueries(words) || (method === undefined ? !sends : /^(get|head)$/i.test(method));
    // WHY: a whole URL, or another host, is asked as it stands.
    const isElsewhere = words.some((word) => word.includes("://") || word.startsWith("--hostname"));
    const contact =
      asks && !isElsewhere ? asksForge : talksTo(isElsewhere ? undefined : "github.com");
    return [
      ...contact.effects(call, context),
      ...(asks
        ? []
        : [
            ...(words.some((word) =>
              /\/(?:git\/(?:refs|tags|commits)|releases|contents|pulls|issues|merges)\b/.test(word),
            )
              ? publishes("release", "github.com").effects(call, context)
              : []),
            ...branchChange(words, method),
            effect<"deploy">({
              kind: "deploy",
              system: "forge",
              operation: `api ${method ?? "post"}`.toLowerCase(),
              subjects: apiPaths(call, context),
            }),
          ]),
    ];
  },
};

/** What a call of the interface does to a branch, by the path that it is sent to. */
function branchChange(
  words: readonly string[],
  method: string | undefined,
): readonly Consequence[] {
  const branch = words
    .map((word) => /(?:git\/refs\/heads|repository\/branches)\/([^?\s]{1,200})/.exec(word)?.[1])
    .find((one) => one !== undefined);
  if (branch === undefined) return [];
  const isGone = /^delete$/i.test(method ?? "");
  const isForced = words.some((word) => /^(?:--?\w[\w-]*=)?force=true$/.test(word));
  if (!isGone && !isForced) return [];
  const operation = isGone ? "delete-ref" : "force-push";
  return [effect<"history">({ kind: "history", operation, remote: "unknown", refs: [branch] })];
}

/** Asks others to take a branch, or says more of that, as the person who is logged in at the forge. */
const requests: Verb = {
  effects: (call, context) => {
    const branch = requestedBranch(call, context);
    const published = effect<"publish">({
      kind: "publish",
      channel: "release",
      destination: "github.com",
      refs: branch === undefined ? undefined : [branch],
      forge: actOf(call),
    });
    return [published, ...asksForge.effects(call, context)];
  },
};

/** Others see what it does at the forge, as the person who is logged in there. */
function tellsForge(channel: "git" | "release"): Verb {
  return {
    effects: (call, context) =>
      publishes(channel, "github.com")
        .effects(call, context)
        .map((one) =>
          one.kind === "effect" && one.effect.kind === "publish"
            ? { ...one, effect: { ...one.effect, forge: actOf(call) } }
            : one,
        ),
  };
}

function actOf({ verb, operands, has, values }: VerbCall): ForgeAct {
  const [first] = operands.map((word) => textOf(word) ?? "?");
  const number = /^#?(\d{1,12})$/.exec(first ?? "")?.[1];
  const [repository] = values("-R", "--repo").map((word) => textOf(word));
  return {
    verb,
    ...(number === undefined ? {} : { number }),
    ...(repository === undefined || !/^[\w./-]{1,120}$/.test(repository) ? {} : { repository }),
    options: [
      ...(has("-s", "--squash") ? ["squash"] : []),
      ...(has("--admin") ? ["admin"] : []),
      ...(has("--auto") ? ["auto"] : []),
      ...(has("-d", "--delete-branch") ? ["delete-branch"] : []),
    ],
  };
}

/** Options of requests that take a word. */
const REQUEST_VALUES =
  /^(?:-b|--body|-F|--body-file|-t|--title|-B|--base|-H|--head|-[alrmpT]|--(?:assignee|label|reviewer|milestone|project|template|recover)|--(?:add|remove)-(?:assignee|label|reviewer|project))$/;

/** The branch that a request is about: the one that is named, else the one at hand; undefined where that cannot be told. */
function requestedBranch(
  { name, verb, words }: VerbCall,
  context: ModelContext,
): string | undefined {
  if (name !== "gh") return undefined;
  let head: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = textOf(words[at] ?? []) ?? "?";
    // WHY: another repository than the one here is asked, or another request than the branch's own.
    if (/^(?:-R|--repo)/.test(word) || !word.startsWith("-")) return undefined;
    const isHead = verb === "pr create" && /^(?:-H|--head(?:=|$))/.test(word);
    if (isHead) {
      const joined = word.replace(/^(?:-H|--head)=?/, "");
      head = joined === "" ? (textOf(words[at + 1] ?? []) ?? "?") : joined;
    }
    if (REQUEST_VALUES.test(word)) at += 1;
  }
  if (head !== undefined) return /^[\w./-]+$/.test(head) ? head : undefined;
  const repository = context.git(undefined);
  return typeof repository === "object" ? repository.branch : undefined;
}

/** Files that a call attaches, there or not: what is sent is what is there when it runs. */
const attaches: Verb = {
  effects: ({ words }) =>
    words
      .filter((word) => /^\/(?!\/)[^\s]*\.?[^\s]*$/.test(textOf(word) ?? ""))
      .map((word) => reads(word)),
};

/** Whether fields hold nothing but a query of GraphQL and plain values for it; a mutation names itself. */
function onlyQueries(words: readonly string[]): boolean {
  const at = words.indexOf("graphql");
  if (at < 0 || words.some((word) => /^(?:-X|--method|--input|--hostname)/.test(word)))
    return false;
  const fields = words.filter((_, index) =>
    /^(?:-f|-F|--field|--raw-field)$/.test(words[index - 1] ?? ""),
  );
  const queries = fields.filter((field) => field.startsWith("query="));
  return (
    queries.length === 1 &&
    queries.every(
      (query) => /^query=\s*(?:query\b|\{)/.test(query) && !/mutation|subscription/i.test(query),
    ) &&
    fields.every((field) => queries.includes(field) || /^\w+=[\w./-]*$/.test(field)) &&
    !words.some((word) => /^(?:-[fF].|--(?:raw-)?field=)/.test(word))
  );
}

/** Prints a token that opens everything. */
const token: Verb = {
  effects: (call, context) => [
    ...(call.verb === "auth token" || call.has("-t", "--show-token")
      ? [reads(literal(`${context.home}/.config/gh/hosts.yml`))]
      : []),
    ...(call.verb === "auth token" ? [] : asksForge.effects(call, context)),
  ],
};

/** `gh repo clone owner/name folder -- --depth 1` is a clone of git's. */
function clones({ name, verb, words }: VerbCall): readonly Consequence[] | undefined {
  const known = words.map((word) => textOf(word));
  const at = known.indexOf("--");
  const own = at < 0 ? known : known.slice(0, at);
  const [repository, folder, ...more] = own;
  const isPlain = name === "gh" && verb === "repo clone" && more.length === 0;
  if (!isPlain || repository === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository))
    return undefined;
  if (own.some((word) => word === undefined || word.startsWith("-"))) return undefined;
  const given = at < 0 ? [] : words.slice(at + 1);
  const argv = [
    ...["git", "clone"].map(literal),
    ...given,
    literal(`https://github.com/${repository}.git`),
    ...(folder === undefined ? [] : words.slice(1, 2)),
  ];
  return [{ kind: "run", argv }];
}

/** What `hub` does itself; all other words are git's. */
const OF_HUB =
  /^(?:api|browse|ci-status|compare|create|delete|fork|gist|issue|pr|pull-request|release|sync|--version|version|help|--help)$/;

export const hub: CommandModel = command({
  names: ["hub"],
  // All words go on to git or gh, whose models read them.
  hasOtherOptions: true,
  options: {},
  effects: ({ args }) => {
    const isOwn = OF_HUB.test(textOf(args[0] ?? []) ?? "git");
    return [{ kind: "run", argv: [literal(isOwn ? "gh" : "git"), ...args] }];
  },
});

export const gh = verbModel({
  names: ["gh", "glab"],
  options: { about: flags("h", "--version --help") },
  before: (_call, { variable }) => (variable("GH_HOST") === undefined ? [] : [egress(undefined)]),
  table: verbs(
    [
      "pr view,pr list,pr diff,pr checks,pr status,issue view,issue list,issue status,run list,run view,run watch,repo view,repo list,release view,release list,search,search code,search issues,search prs,search repos,search commits,status,label list,workflow list,workflow view,gist list,gist view,cache list,ruleset list,ruleset view,ruleset check,project list,project view,org list,secret list,variable list,variable get,ssh-key list,gpg-key list,mr view,mr list,mr diff,ci status,ci view,ci list,pipeline status,pipeline view,pipeline list,browse,attestation verify",
      asksForge,
    ],
    ["auth status,auth token", token],
    [
      "version,help,completion,config get,config list,alias list,extension list",
      readOnlyVerb(flags("h", "--help")),
    ],
    ["pr create,pr edit,pr comment,pr ready", both(about(requests), attaches)],
    [
      "pr review,pr close,pr reopen,pr lock,pr unlock,pr update-branch,pull-request,release,issue create,issue edit,issue comment,issue close,issue reopen,issue delete,issue transfer,issue lock,issue pin,issue develop,gist create,gist edit,gist delete,gist rename,snippet create,release create,release upload,release edit,release delete,release delete-asset,label create,label edit,label delete,mr create,mr note,mr update,mr close,mr approve,project create,project edit,project item-add,project item-edit",
      both(about(tellsForge("release")), attaches),
    ],
    [
      "pr merge,mr merge,repo sync,repo create,repo fork,pr revert,repo delete,repo edit,repo rename",
      about(both(tellsForge("git"), deploys("forge"))),
    ],
    [
      "repo archive,repo unarchive,repo set-default,repo deploy-key add,repo deploy-key delete,deploy-key add,deploy-key delete,token create,secret set,secret delete,variable set,variable delete,workflow run,workflow enable,workflow disable,run rerun,run cancel,run delete,cache delete,ssh-key add,ssh-key delete,gpg-key add,gpg-key delete,codespace create,codespace delete,codespace ssh,cs,codespace,project delete,ci run,ci retry,pipeline run,pipeline retry,pipeline delete,pipeline cancel,variable",
      both(about(deploys("forge")), talksTo("github.com")),
    ],
    [
      "auth login,auth logout,auth refresh,auth switch,auth setup-git",
      both(deploys("forge"), persists("git-execution")),
    ],
    ["pr checkout,mr checkout,run download,release download", brings],
    [
      "repo clone,gist clone",
      {
        effects: (call, context) =>
          clones(call) ?? [
            ...talksTo("github.com").effects(call, context),
            writes(literal("."), "change", { reach: "tree" }),
          ],
      },
    ],
    ["api", api],
    [
      "alias set,alias import,config set",
      {
        effects: (_call, { home }) => [writes(literal(`${home}/.config/gh/config.yml`), "change")],
      },
    ],
    ["extension install,extension upgrade,extension create", installs()],
    ["extension exec,copilot,ext exec", runsCode("unknown")],
  ),
});
