// terraform and its relatives: infrastructure that is planned, changed and destroyed; providers are programs.
import { literal } from "../../shell/text.ts";
import { reads, writes } from "../command-model.ts";
import { flags, values } from "../option-lists.ts";
import {
  both,
  effect,
  installs,
  looks,
  runsCode,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../verbs.ts";

const changes: Verb = both(
  {
    effects: ({ name, verb, has }) => [
      effect<"deploy">({
        kind: "deploy",
        system: name,
        operation: verb === "apply" && has("-destroy", "--destroy") ? "destroy" : verb,
      }),
    ],
  },
  runsCode("project"),
  talksTo(undefined),
);

export const terraform = verbModel({
  names: [
    "terraform",
    "tofu",
    "terragrunt",
    "pulumi",
    "cdk",
    "cdktf",
    "serverless",
    "sls",
    "ansible-playbook",
    "packer",
  ],
  options: {
    about: flags("vh", "-version --version -help --help"),
    directory: values("", "-chdir --cwd --stack --app --profile"),
  },
  table: verbs(
    [
      "version,help,--version,workspace show,about,whoami",
      looks(flags("h", "-json --json --help")),
    ],
    [
      "fmt,hclfmt",
      {
        options: [flags("", "-check -diff -recursive -list -list=false -write=false -no-color")],
        effects: ({ operands }) => [
          reads(operands[0] ?? literal("."), "tree"),
          writes(operands[0] ?? literal("."), "change", { reach: "tree" }),
        ],
      },
    ],
    [
      "init,get,install,providers lock,providers mirror,plugin install,stack init,new",
      both(installs(), talksTo(undefined)),
    ],
    [
      "plan,validate,show,output,graph,providers,state list,state show,state pull,workspace list,console,preview,stack ls,stack output,stack,config,logs,ls,list,synth,diff,synthesize,doctor,test,metadata,refresh-only,inspect",
      both(runsCode("project"), talksTo(undefined)),
    ],
    [
      "apply,destroy,import,taint,untaint,refresh,state rm,state mv,state push,state replace-provider,force-unlock,workspace delete,workspace new,workspace select,login,logout,up,down,cancel,stack rm,deploy,bootstrap,remove,rollback,run-all,build,watch",
      changes,
    ],
  ),
  otherwise: changes,
});
