// npm and its relatives: packages that come, scripts of the project that run, packages that go out.
import { literal, textOf } from "../../shell/text.ts";
import { type Consequence, deletes, writes } from "../command-model.ts";
import { flags, values } from "../option-lists.ts";
import {
  both,
  deploys,
  effect,
  installs,
  looks,
  publishes,
  runsCode,
  runsFetched,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../verbs.ts";
import { isOwnPackage, ownCommand } from "./sallyport.ts";

// WHY: the person's own settings file is opened by every call and may hold a token; it goes to the registry alone.
const changesProject: Verb = {
  effects: () =>
    ["package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"]
      .map((name): Consequence => writes(literal(name), "change"))
      .concat(writes(literal("node_modules"), "create", { reach: "tree" })),
};
const comes = both(installs("--ignore-scripts"), changesProject);
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
  values("", "--depth --omit --include --filter --workspace -w --prefix"),
];

/** Without a script's name the scripts are listed. */
const listsOrRuns: Verb["effects"] = (call, context) =>
  call.words.length === 0
    ? looks(...LISTING).effects(call, context)
    : runsCode().effects(call, context);

export const npm = verbModel({
  names: ["npm", "pnpm", "yarn", "bun"],
  options: {
    about: flags("vh", "--version --help"),
    style: flags(
      "sdqrgw",
      "--silent --quiet --verbose --no-color --recursive --workspaces --if-present --global --json --include-workspace-root",
    ),
    place: values("CF", "--prefix --workspace --filter --dir --cwd --loglevel"),
  },
  before: ({ name }) =>
    name === "bun"
      ? []
      : [
          effect<"execute">({
            kind: "execute",
            program: "node",
            origin: "system",
            reach: "modelled",
          }),
        ],
  table: verbs(
    [
      "install,i,in,ci,clean-install,add,update,up,upgrade,dedupe,link,ln,rebuild,install-test,it,import,fetch,install-ci-test,audit fix,prune",
      comes,
    ],
    ["run,run-script", { effects: listsOrRuns }],
    [
      "test,t,tst,start,stop,restart,version,pack,explore,workspace,workspaces,deploy,serve,build,dev,lint,edit,rum,urn,set-script",
      runsCode(),
    ],
    ["exec,x,dlx", both(installs(), runsCode(), runsFetched, runsOwn)],
    ["create,init,innit", both(installs(), runsCode(), runsFetched)],
    ["publish", both(publishes("package", undefined), runsCode())],
    [
      "unpublish,deprecate,undeprecate,dist-tag,owner,access,team,hook,org,star,unstar,trust,stage",
      publishes("package", undefined),
    ],
    [
      "login,adduser,logout,token,profile,whoami,ping,view,info,show,v,outdated,audit,audit signatures,search,find,fund,doctor,docs,repo,bugs,home,diff,sbom,stars",
      talksTo(undefined),
    ],
    [
      "config set,c set,set,config delete,config fix",
      { effects: (_call, { home }) => [writes(literal(`${home}/.npmrc`), "change")] },
    ],
    [
      "config list,config ls,config get,c list,c get,get,list,ls,ll,la,why,explain,query,root,prefix,bin,help,help-search,licenses list,pkg get,completion,store path,config",
      looks(...LISTING),
    ],
    ["pkg set,pkg delete,pkg fix", changesProject],
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
    ["cache clean,cache verify,cache rm,cache add,store prune", deploys("package cache")],
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
