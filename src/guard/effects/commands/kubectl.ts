// kubectl and helm: a cluster that is looked at or changed.
import { textOf } from "../../shell/text.ts";
import { type Consequence, reads, writes } from "../command-model.ts";
import { flags, values } from "../option-lists.ts";
import { effect, egress, looks, talksTo, type Verb, verbModel, verbs } from "../verbs.ts";

// WHY: the file that names the cluster is opened by every call and may hold a token; it goes to that cluster alone.
const inputs: Verb = {
  effects: ({ words }) =>
    words.flatMap((word, at): Consequence[] => {
      const text = textOf(word) ?? "";
      const next = words[at + 1];
      if (
        /^(-f|-k|--filename|--kustomize|--values|--patch-file|--from-file|--from-env-file)$/.test(
          text,
        ) &&
        next !== undefined &&
        textOf(next) !== "-"
      )
        return [reads(next, "tree")];
      const glued =
        /^(?:-f|-k|--(?:filename|kustomize|values|patch-file|from-file|from-env-file)=)(.+)$/.exec(
          text,
        )?.[1];
      return glued === undefined || glued === "-"
        ? []
        : [reads([{ kind: "text", text: glued.replace(/^[\w.-]+=/, "") }], "tree")];
    }),
};

const changes = (system: string): Verb => ({
  effects: (call, context) => [
    effect<"deploy">({ kind: "deploy", system, operation: call.verb }),
    egress(undefined),
    ...inputs.effects(call, context),
  ],
});

const raw: Verb = {
  effects: (call, context) =>
    call.has("--raw", "--flatten")
      ? [reads([{ kind: "text", text: `${context.home}/.kube/config` }])]
      : looks().effects(call, context),
};

export const kubectl = verbModel({
  names: ["kubectl", "oc", "helm", "k9s", "kustomize", "argocd", "flux", "istioctl"],
  options: {
    about: flags("h", "--help"),
    named: values(
      "nsv",
      "--namespace --context --cluster --user --server --as --request-timeout --kube-context --log-level",
    ),
    files: values(
      "",
      "--kubeconfig --certificate-authority --client-certificate --client-key --token --password --username",
    ),
    style: flags("", "--insecure-skip-tls-verify --debug --match-server-version"),
  },
  before: (call) =>
    call
      .values("files")
      .filter((word) => (textOf(word) ?? "/").includes("/"))
      .map((path) => reads(path)),
  table: verbs(
    [
      "get,describe,logs,log,top,explain,api-resources,api-versions,cluster-info,diff,auth can-i,auth whoami,events,rollout status,rollout history,wait,list,ls,status,history,show,search,get values,get manifest,get notes,repo list,app get,app list,dependency list,lint,template",
      {
        effects: (call, context) => [
          ...talksTo(undefined).effects(call, context),
          ...inputs.effects(call, context),
        ],
      },
    ],
    [
      "version,help,completion,env,options,config get-contexts,config current-context,config get-clusters,config get-users",
      looks(flags("h", "--client --short --help --no-headers"), values("o", "--output")),
    ],
    ["config view", raw],
    [
      "config use-context,config set-context,config set,config unset,config delete-context,config set-cluster,config set-credentials,config rename-context,config delete-cluster,repo add,repo update,repo remove,plugin install",
      {
        effects: (_call, { home }) => [
          writes([{ kind: "text", text: `${home}/.kube/config` }], "change"),
          egress(undefined),
        ],
      },
    ],
    [
      "apply,create,delete,edit,patch,replace,scale,autoscale,set,label,annotate,taint,cordon,uncordon,drain,rollout restart,rollout undo,rollout pause,rollout resume,run,expose,exec,attach,cp,debug,port-forward,proxy,certificate,install,upgrade,uninstall,rollback,test,push,pull,app sync,app delete,app create,reconcile,suspend,resume,bootstrap,adm,new-app,start-build,delete-all",
      changes("kubernetes"),
    ],
  ),
  otherwise: changes("kubernetes"),
});
