// gem and bundle: Ruby packages that come and go out, and programs that run with those of the project.
import { literal, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { asksRegistry } from "../packages/registry-queries.ts";
import { runsInside } from "../projects/project-scripts.ts";
import {
  both,
  effect,
  installs,
  readOnlyVerb,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const LISTING = [
  flags(
    "aldqViNrb",
    "--all --local --details --quiet --verbose --versions --no-versions --installed --no-installed --exact --prerelease --no-details --help --remote --both",
  ),
  taking("vn", "--version --norc"),
];

/** What the person's sources have; a project says nothing of them. */
const asksInstalled = asksRegistry({ variables: ["RUBYGEMS_HOST"] });

/** `bundle outdated` asks where the Gemfile says, `gem outdated` where the person does. */
const asksForOutdated: Verb = {
  effects: (call, context) =>
    (call.name === "gem" ? asksInstalled : asksOfProject).effects(call, context),
};

/** Any source but the public registry, and whatever is fetched from a repository. */
const OTHER_SOURCE =
  /\bsource\b(?!\s*\(?\s*["']https:\/\/rubygems\.org\/?["'])|\bgit(?:hub|_source)?\b|\bgist\b|\bbitbucket\b|\beval_gemfile\b|\bplugin\b/;

const asksOfProject = asksRegistry({
  variables: ["RUBYGEMS_HOST", "BUNDLE_GEMFILE"],
  settings: [
    { file: "Gemfile", names: OTHER_SOURCE, isNeeded: true },
    { file: ".bundle/config", names: /MIRROR|GEMFILE/ },
  ],
});

/** Lists what is installed; `--remote` and `--both` ask the registry. */
const lists: Verb = {
  options: LISTING,
  effects: (call, context) =>
    call.has("--remote", "-r", "--both", "-b")
      ? asksInstalled.effects(call, context)
      : readOnlyVerb().effects(call, context),
};

/** Where packages come from later on is kept for the person, unless the sources are only shown. */
const keepsSources: Verb = {
  effects: (call, context) =>
    call.words.every((word) => /^(?:-l|--list)$/.test(textOf(word) ?? ""))
      ? lists.effects(call, context)
      : [writes(literal(`${context.home}/.gemrc`), "change")],
};

/** Everything that bundle does reads the Gemfile, which is a program. */
const runsProgram: Verb = both(runsCode(), { effects: ({ words }) => runsInside(words) });

/** A bare `bundle` installs what the Gemfile names. */
function installsAll(manager: string): readonly Consequence[] {
  return [effect<"install">({ kind: "install", manager, packages: [], runsScripts: true })];
}

export const gem = verbModel({
  names: ["gem", "bundle", "bundler"],
  options: {
    about: flags("vh", "--version --help"),
    style: flags("V", "--verbose --no-color --retry"),
  },
  before: ({ name, operands, has }) =>
    name === "gem" || (operands.length === 0 && has("about"))
      ? []
      : [
          {
            kind: "effect",
            effect: { kind: "execute", program: "bundle", origin: "project", reach: "unbounded" },
          },
          ...(operands.length === 0 ? installsAll(name) : []),
        ],
  table: verbs(
    ["install,i,add,update,lock,package,cache,inject,pristine,binstubs", installs()],
    ["fetch", both(installs(), talksTo(undefined))],
    ["exec,e", runsProgram],
    ["build,console,gem,init,open,rdoc,unpack,clean,config,doctor,viz", runsCode()],
    ["push,yank,owner", both(publishes("package", undefined), runsCode())],
    ["search,info", asksInstalled],
    ["outdated", asksForOutdated],
    ["audit,signin,signout", talksTo(undefined)],
    [
      "list,specification,contents,which,environment,env,show,licenses,platform,check,help,version,dependency,stale",
      lists,
    ],
    ["sources", keepsSources],
    ["uninstall,remove,cleanup", runsCode("project")],
  ),
});
