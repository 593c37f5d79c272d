// npm and its relatives: packages that come, scripts of the project that run, packages that go out.
import { joinPath, parentPath } from "#base/path.ts";
import { dropKnown, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import type {
  CommandModel,
  Consequence,
  Invocation,
  ModelContext,
} from "../model/command-model.ts";
import { deletes, reads, writes } from "../model/consequences.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import {
  both,
  deploys,
  effect,
  installs,
  readOnlyVerb,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  type VerbCall,
  verbModel,
  verbs,
} from "../model/verbs.ts";
import { interpret } from "../languages/interpret.ts";
import { javascript } from "../languages/javascript/javascript.ts";
import { shellRuns } from "../model/shell-code.ts";
import { runsWritten } from "../languages/written-source.ts";
import { lockedInstall } from "../locks/locked-install.ts";
import { runsFetched } from "../network/package-source.ts";
import { builtElsewhere } from "../projects/project-program.ts";
import { runsInside } from "../projects/project-scripts.ts";
import { npmRegistry } from "../packages/registry-asked.ts";
import { aboutPackages } from "../packages/asked-packages.ts";
import { asksRegistry } from "../packages/registry-queries.ts";
import { isOwnPackage, ownCommand } from "./sallyport.ts";
import { folders, scriptsBehind } from "../packages/npm-scripts.ts";
import { runsPackage } from "./npx.ts";

// WHY: the person's own settings file is opened by every call and may hold a token; it goes to the registry alone.
const changesProject: Verb = {
  effects: () =>
    ["package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"]
      // The scripts of the project stay what they are.
      .map((name): Consequence => writes(literal(name), "change", { keepsContent: true }))
      .concat(writes(literal("node_modules"), "create", { reach: "tree" })),
};
/** Code of a repository or address that is named comes and may run. */
const fetches: Verb = { effects: ({ name, operands }) => runsFetched(name, operands) };
const brings = installs("--ignore-scripts", undefined, npmRegistry);
/**
 * What the manifest names comes, by `--offline` from what was brought to this machine before: then nothing new does, and what is left is
 * code of packages that runs. WHY not with names: an address among them is asked all the same.
 */
const comes = both(
  {
    effects: (call, context) =>
      isOffline(call) ? runsCode().effects(call, context) : brings.effects(call, context),
  },
  changesProject,
);
/** WHY not bun: it knows no such option. */
function isOffline({ name, verb, words, operands }: VerbCall): boolean {
  const given = words.map((word) => textOf(word) ?? "?");
  return (
    name !== "bun" &&
    !/^(?:link|ln|audit fix)$/.test(verb) &&
    operands.length === 0 &&
    given.includes("--offline") &&
    given.every(
      (word) =>
        /^--?[a-z-]+$/.test(word) &&
        !/^(?:-g$|--(?:no-|prefer-|registry|global|location))/.test(word),
    )
  );
}
/** What was there goes first, and what is locked is looked at. */
const clears: Verb = {
  effects: () => [
    ...["package-lock.json", "npm-shrinkwrap.json"].map((name) => reads(literal(name))),
    deletes(literal("node_modules"), "tree"),
  ],
};
/** Others see it in the registry, or it changes the account there. */
const publishesThere = saidTo(publishes("package", undefined));
const changesAccount = saidTo(talksTo(undefined));

/** The same, with the word by which the registry is asked. */
function saidTo(verb: Verb): Verb {
  return {
    effects: (call, context) =>
      verb.effects(call, context).map((one): Consequence => {
        if (one.kind !== "effect") return one;
        const { effect: body } = one;
        if (body.kind !== "egress" && body.kind !== "publish") return one;
        const [word = ""] = call.verb.replace(/^npm /, "").split(" ");
        return { kind: "effect", effect: { ...body, verb: word === "pub" ? "publish" : word } };
      }),
  };
}

/** Scripts that run when others install, and not when somebody asks for them. */
const BY_ITSELF =
  /^scripts\.(?:(?:pre|post)?(?:install|prepare|pack|publish)|prepublishOnly|dependencies)=/;
/** `npm pkg set scripts.x=…`: scripts are written that nobody has read. */
const changesManifest: Verb = {
  effects: ({ operands }) => [
    writes(literal("package.json"), "change"),
    ...operands.flatMap((word): Consequence[] => {
      const script = /^scripts\.[^=]*=/.exec(knownPrefix(word))?.[0];
      if (script === undefined) return [];
      return [
        ...(BY_ITSELF.test(script)
          ? [effect<"persist">({ kind: "persist", means: "git-execution", target: undefined })]
          : []),
        {
          kind: "script",
          texts: [dropKnown(word, script.length)],
          positional: [],
          isCovered: true,
        },
      ];
    }),
  ],
};
/** Our own program as a package: `npm exec -- sallyport off`, `pnpm sallyport off`. */
const runsOwn: Verb = {
  effects: ({ verb, words }) => {
    const all = [literal(verb), ...words];
    const at = all.findIndex((word) => isOwnPackage(textOf(word) ?? ""));
    return at < 0 ? [] : ownCommand(all.slice(at + 1));
  },
};
/** Our own program is taken away: the guard would not stand afterwards. */
const removesOwn: Verb = {
  effects: ({ words }) =>
    words.some((word) => isOwnPackage(textOf(word) ?? ""))
      ? [effect<"tamper">({ kind: "tamper", control: "sallyport", target: undefined })]
      : [],
};
const LISTING = [
  flags(
    "agl",
    "--all --json --long --parseable --global --prod --production --dev --help -h --depth --no-color --omit=dev --recursive -r",
  ),
  taking("--depth --omit --include --filter --workspace -w --prefix"),
];

/** Without a script's name the scripts are listed. */
const listsOrRuns: Verb["effects"] = (call, context) =>
  call.words.length === 0
    ? readOnlyVerb(...LISTING).effects(call, context)
    : runsCode().effects(call, context);

/** `exec` runs a program of a package: the words after `--`, or from the first that is no option. */
function runsBin(call: VerbCall, context: ModelContext): readonly Consequence[] {
  const { words, name } = call;
  const packages: Text[] = [];
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? [];
    const text = textOf(word) ?? "";
    if (text === "--") {
      at += 1;
      break;
    }
    if (/^(?:-p|-w|--package|--workspace|--prefix)$/.test(text)) {
      at += 1;
      if (text !== "-w" && text !== "--workspace" && text !== "--prefix")
        packages.push(words[at] ?? []);
    } else if (text.startsWith("--package=")) packages.push(dropKnown(word, "--package=".length));
    else if (/^(?:-c|--call)(?:=|$)/.test(text)) {
      const code = text.includes("=") ? dropKnown(word, text.indexOf("=") + 1) : words[at + 1];
      return [...runsPackage(name, [], packages, context), ...shellRuns([code ?? []])];
    } else if (!text.startsWith("-")) break;
  }
  // pnpm and yarn run what is there; only npm and bun fetch what is not.
  const isLocal = call.verb === "exec" && (name === "pnpm" || name === "yarn");
  return runsPackage(name, words.slice(at), packages, context, isLocal);
}

/** `npm link` without a name puts the package of this folder, and its programs, where those of the whole machine are. */
const linksAll: Verb = {
  effects: ({ name, operands }, { find, searchPath }) => {
    if (operands.length > 0) return [];
    const place = name === "bun" ? undefined : find("node", searchPath ?? ["/usr/bin"]);
    const prefix = place?.startsWith("/") === true ? parentPath(place) : "/usr/local";
    return ["lib/node_modules", "bin"].map((folder) =>
      writes(literal(joinPath(prefix, folder)), "create", { reach: "tree" }),
    );
  },
};

const NPM_ASKS = asksRegistry({
  variables: ["npm_config_registry", "NPM_CONFIG_REGISTRY", "npm_config_userconfig"],
  settings: [{ file: ".npmrc", names: /registry\s*=/i }],
});

/** Options of `npm init` with which it asks nothing and takes no value of the person's. */
const PLAIN_INIT = /^(?:-y|--yes|-f|--force|--private|-p|-2|--init-type(?:=\w+)?|module|commonjs)$/;

/**
 * `npm init -y` writes a manifest and brings nothing; with a name it runs the package `create-NAME`. WHY not bun: it installs what the
 * manifest depends on.
 */
const initializes: Verb = {
  effects: (call, context) =>
    call.name !== "bun" &&
    call.words.length > 0 &&
    call.words.every((word) => PLAIN_INIT.test(textOf(word) ?? "?"))
      ? [writes(literal("package.json"), "change", { keepsContent: true })]
      : both(installs(), runsCode(), fetches).effects(call, context),
};

/** All but bun are programs of node. */
function startsNode(name: string): readonly Consequence[] {
  if (name === "bun") return [];
  return [
    effect<"execute">({ kind: "execute", program: "node", origin: "system", reach: "modelled" }),
  ];
}

const model = verbModel({
  names: ["npm", "pnpm", "yarn", "bun"],
  options: {
    about: flags("vh", "--version --help"),
    style: flags(
      "sdqrgw",
      "--silent --quiet --verbose --no-color --recursive --workspaces --if-present --global --json --include-workspace-root --parallel --stream --aggregate-output --bail --no-bail --sort --no-sort --reverse --color --use-stderr --fail-if-no-match --workspace-root",
    ),
    place: taking(
      "CF",
      "--prefix --workspace --filter --filter-prod --dir --cwd --loglevel --reporter --workspace-concurrency --resume-from --network-timeout --network-concurrency",
    ),
  },
  before: ({ name, args }) => [
    ...startsNode(name),
    ...(args.some((word) => CHANGING.test(textOf(word) ?? ""))
      ? folders(args).slice(0, 1).flatMap(builtElsewhere)
      : []),
  ],
  table: verbs(
    [
      "install,i,in,add,update,up,upgrade,dedupe,rebuild,install-test,it,import,fetch,install-ci-test,audit fix,prune",
      comes,
    ],
    ["ci,clean-install,ic,install-clean", both(comes, clears)],
    ["link,ln", both(comes, linksAll)],
    ["run,run-script", both({ effects: listsOrRuns }, fetches)],
    [
      "test,t,tst,start,stop,restart,pack,explore,workspace,workspaces,deploy,serve,build,dev,lint,edit,rum,urn,set-script",
      runsCode(),
    ],
    ["exec,x", both(runsOwn, { effects: runsBin })],
    [
      "dlx",
      both(installs(), runsCode(), runsOwn, fetches, {
        effects: ({ operands }) => runsInside(operands),
      }),
    ],
    ["create,innit", both(installs(), runsCode(), fetches)],
    ["init", initializes],
    ["version", { effects: newVersion }],
    ["npm publish,pub", both(publishesThere, runsCode())],
    [
      "npm info,npm audit,npm tag list,view,info,show,v,outdated,audit,audit signatures,search,find,fund,ping,whoami,npm whoami,dist-tag ls,dist-tag list,dist-tags ls,dist-tags list",
      NPM_ASKS,
    ],
    ["npm login,npm logout", changesAccount],
    ["npm tag add,npm tag remove", publishesThere],
    ["pm ls,pm bin,pm cache,pm hash", readOnlyVerb(...LISTING)],
    [
      "sbom",
      readOnlyVerb(
        ...LISTING,
        flags("--package-lock-only"),
        taking("--sbom-format --sbom-type --omit -w --workspace"),
      ),
    ],
    ["publish", both(publishesThere, runsCode())],
    [
      "unpublish,deprecate,undeprecate,dist-tag,dist-tags,owner,access,team,hook,org,star,unstar,trust,stage",
      publishesThere,
    ],
    ["login,adduser,logout,token,profile,doctor,docs,repo,bugs,home,diff,stars", changesAccount],
    [
      "config set,c set,set,config delete,c delete,config fix,config edit,c edit",
      {
        effects: ({ operands, words }, { home }) => [
          writes(literal(`${home}/.npmrc`), "change"),
          ...(words.some((word) => ELSEWHERE.test(knownPrefix(word)))
            ? [writes(literal(".npmrc"), "change")]
            : []),
          // What every later call of npm runs, or gives to node.
          ...(operands.some((word) => RUNNING_SETTING.test(knownPrefix(word)))
            ? [effect<"persist">({ kind: "persist", means: "shell-startup", target: undefined })]
            : []),
        ],
      },
    ],
    [
      "config list,config ls,config get,c list,c get,get,list,ls,ll,la,why,explain,query,root,prefix,bin,help,help-search,licenses list,pkg get,completion,store path,config",
      readOnlyVerb(...LISTING),
    ],
    ["pkg set", changesManifest],
    ["pkg delete,pkg fix", changesProject],
    [
      "uninstall,remove,rm,r,un,unlink",
      both(
        changesProject,
        {
          effects: ({ operands }) =>
            operands.map((name) => deletes([...literal("node_modules/"), ...name], "tree")),
        },
        runsCode(),
        removesOwn,
      ),
    ],
    ["cache clean,cache rm,cache add,store prune", deploys("package cache")],
  ),
  // A script by its name (`yarn build`), or a bare `yarn`, which installs.
  otherwise: {
    effects: (call, context) =>
      (call.verb === "" && call.name === "yarn" ? comes : both(runsCode(), runsOwn)).effects(
        call,
        context,
      ),
  },
});

/**
 * A number for the next release: written to the manifest, committed and tagged, with scripts of the project around it. Without
 * one the versions there are, are shown; so they are by the other managers, of which one asks for it.
 */
function newVersion(call: VerbCall, context: ModelContext): readonly Consequence[] {
  const { name, operands } = call;
  const isShown =
    operands.length === 0 && (name !== "yarn" || call.words.length > 0) && !isBumping(call);
  if (isShown) return readOnlyVerb(...LISTING).effects(call, context);
  return [
    ...changesProject.effects(call, context),
    ...(call.has(WITHOUT_TAG) && !call.has("--git-tag-version") ? [] : [RELEASE]),
    ...runsCode().effects(call, context),
  ];
}

/** Only the manifest and the lock get the number: nothing is committed, and there is no tag that could be pushed. */
const WITHOUT_TAG = "--no-git-tag-version";

const RELEASE = effect<"publish">({
  kind: "publish",
  channel: "release",
  destination: undefined,
  refs: undefined,
});

/** Options that say which part of the number grows (yarn), or what is put in. */
function isBumping({ has }: VerbCall): boolean {
  return has(
    ...["--major", "--minor", "--patch", "--premajor", "--preminor", "--prepatch"],
    ...["--prerelease", "--new-version", "--immediate", "-i"],
  );
}

/** Options that make it the project's settings. */
const ELSEWHERE = /^(?:--location|-L|--workspace|-w)/;

/** Settings whose values npm runs, or gives to the programs that it runs. */
const RUNNING_SETTING =
  /^(?:script-shell|shell|node-options|editor|git|viewer|init-module|onload-script)(?:=|$)/;

export const npm: CommandModel = {
  ...model,
  options: { ...model.options, evaluates: flags("ep", "--eval --print") },
  effects: (invocation, context) =>
    codeOfBun(invocation, context) ??
    locked(invocation, context) ?? [
      ...(invocation.has("evaluates") ? [EVALUATES] : []),
      ...aboutPackages(model.effects(invocation, context), invocation, context),
      ...scriptsBehind(model, invocation, context),
      ...optionValues(invocation.args, "--pack-destination").map((path) =>
        writes(path, "create", { reach: "tree" }),
      ),
      ...(invocation.name === "bun" ? runsWritten(invocation.args, context, javascript) : []),
    ],
};

const EVALUATES: Consequence = {
  kind: "unknown",
  reason: "unknown-option",
  detail: "an option that evaluates code, where sallyport does not know it",
};

/** An install that brings what is locked and runs nothing of it. */
function locked(invocation: Invocation, context: ModelContext): readonly Consequence[] | undefined {
  const found = lockedInstall(invocation, context);
  return found === undefined ? undefined : [...startsNode(invocation.name), ...found];
}

/** What `bun -e CODE` does. */
function codeOfBun(
  { name, args, stdin }: Invocation,
  context: ModelContext,
): readonly Consequence[] | undefined {
  const [first, second = []] = args;
  const option = first === undefined || name !== "bun" ? "" : (textOf(first) ?? "");
  return /^(?:-e|--eval|-p|--print)$/.test(option)
    ? interpret([second], javascript, context, { stdin, operands: args.slice(2) })
    : undefined;
}

/** Verbs after which the folder of the package holds something else. */
const CHANGING =
  /^(?:install|i|in|ci|add|update|up|upgrade|dedupe|rebuild|import|prune|uninstall|remove|rm|link|build|run|run-script|version)$/;
