// huggingface-cli, ollama, wandb and dvc: models and results that come, go out and run.
import { packageManager } from "../packages/package-manager.ts";
import { literal } from "../../shell/values/text.ts";
import { reads } from "../model/consequences.ts";
import { deploys, effect, talksTo } from "../model/verbs.ts";

export const huggingfaceCli = packageManager({
  names: ["huggingface-cli", "hf", "ollama", "wandb", "dvc", "mlflow", "kaggle"],
  style: "-q -v --quiet --verbose",
  named: "--cd",
  brings:
    "download,pull,get,import,fetch,datasets download,competitions download,artifact get,update,add,init",
  shows:
    "list,ls,ps,show,env,version,status,scan-cache,cache scan,whoami,auth whoami,auth list,data status,diff,dag,root,config --list,metrics show,plots show,params diff,doctor,offline,online,enabled,disabled",
  asks: "datasets list,competitions list,kernels list,models list,search",
  drops: "rm,delete,delete-cache,cache rm,stop,remove,gc,destroy,unprotect,cp,create",
  place: "models",
  publishes:
    "upload,push,upload-large-folder,repo create,sync,tag,datasets create,datasets version,kernels push,models create,lfs-enable-largefiles,artifact put,publish",
  runs: "repro,exp run,exp,run,serve,experiments,agent,sweep,launch,ui,server,jobs,stage,freeze,commit,checkout,models",
  rows: [
    ["login,logout,auth login,auth logout,relogin,signin,signout", talksTo(undefined)],
    [
      "auth token",
      { effects: (_call, { home }) => [reads(literal(`${home}/.cache/huggingface/token`))] },
    ],
    ["remote add,remote modify,config", deploys("project settings")],
  ],
  before: ({ name }) =>
    name === "mlflow"
      ? [
          effect<"execute">({
            kind: "execute",
            program: name,
            origin: "project",
            reach: "unbounded",
          }),
        ]
      : [],
});
