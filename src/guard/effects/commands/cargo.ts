// cargo, go, gem and bundle: packages of other languages, and the builds that run code of the project.
import { literal } from "../../shell/text.ts";
import { deletes, writes } from "../command-model.ts";
import { flags, values } from "../option-lists.ts";
import { both, installs, looks, publishes, runsCode, talksTo, verbModel, verbs } from "../verbs.ts";

const LISTING = [
  flags(
    "qvhlamudi",
    "--help --quiet --verbose --json --all --locked --offline --frozen --no-deps --depth --duplicates --all-features --no-default-features --version -m -json -f",
  ),
  values(
    "epFf",
    "--edges --package --features --format --format-version --manifest-path --color --target --invert --prefix",
  ),
];

export const cargo = verbModel({
  names: [
    "cargo",
    "go",
    "gem",
    "bundle",
    "bundler",
    "composer",
    "dotnet",
    "swift",
    "stack",
    "cabal",
    "mix",
  ],
  options: {
    about: flags("Vvhq", "--version --help --list --quiet --verbose --offline --locked --frozen"),
    place: values("C", "--color"),
  },
  table: verbs(
    [
      "install,add,get,update,fetch,mod download,mod tidy,mod vendor,vendor,generate-lockfile,require,restore,deps.get,self-update,upgrade,work sync",
      installs(),
    ],
    [
      "build,b,run,r,test,t,bench,check,c,clippy,doc,rustc,rustdoc,fix,miri,nextest,expand,vet,generate,tool,exec,console,package,compile,repl,open,dump-autoload,run-script,cover",
      runsCode(),
    ],
    [
      "publish,push,yank,owner,unyank,nuget push",
      both(publishes("package", undefined), runsCode()),
    ],
    ["login,logout,search,outdated,audit,info,signin,signout,list -u", talksTo(undefined)],
    [
      "tree,metadata,version,--version,help,locate-project,pkgid,read-manifest,verify-project,env,list,doc,mod graph,mod why,mod verify,show,which,environment,specification,contents,licenses,platform,--list-sdks,--info",
      looks(...LISTING),
    ],
    [
      "env -w,env -u",
      { effects: (_call, { home }) => [writes(literal(`${home}/.config/go/env`), "change")] },
    ],
    [
      "fmt,format",
      {
        options: [
          flags("nx", "--all --check --verbose -v -l -w"),
          values("p", "--package --manifest-path"),
        ],
        effects: () => [writes(literal("."), "change", { reach: "tree" })],
      },
    ],
    [
      "new,init,mod init,mod edit,work init,work use",
      {
        effects: ({ operands }) => [
          writes(operands[0] ?? literal("."), "create", { reach: "tree" }),
        ],
      },
    ],
    [
      "clean",
      {
        effects: () => [
          deletes(literal("target"), "tree"),
          deletes(literal("bin"), "tree"),
          deletes(literal("obj"), "tree"),
        ],
      },
    ],
    ["uninstall,remove,rm,cleanup", runsCode("project")],
  ),
});
