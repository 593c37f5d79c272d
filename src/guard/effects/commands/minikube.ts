// minikube, kind, k3d and colima: clusters and engines that run in containers of this machine.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { deploys, effect, readOnlyVerb, type Verb, verbModel, verbs } from "../model/verbs.ts";

/** Containers start, and the person's settings name the new cluster. */
const starts: Verb = {
  effects: ({ name, verb, words }, { home }) => [
    effect<"execute">({
      kind: "execute",
      program: `${name} ${verb}`,
      origin: "system",
      reach: "unbounded",
    }),
    ...optionValues(words, "--config", "--kubeconfig", "-c", "-f", "--file").map((path) =>
      reads(path),
    ),
    ...mounts(optionValues(words, "--mount-string", "-v", "--volume", "--mount")),
    writes(literal(`${home}/.kube/config`), "change"),
  ],
};

/** `here:there`: the cluster sees a directory of this machine. */
function mounts(values: readonly Text[]): readonly Consequence[] {
  return values.flatMap((value) => {
    const path = /^([/.~][^:]*)/.exec(knownPrefix(value))?.[1];
    return path === undefined
      ? []
      : [reads(literal(path), "tree"), writes(literal(path), "change", { reach: "tree" })];
  });
}

/** Something runs in the cluster, or goes into it from this machine. */
const works: Verb = {
  effects: ({ name, verb }) => [
    effect<"execute">({
      kind: "execute",
      program: `${name} ${verb}`,
      origin: "system",
      reach: "unbounded",
    }),
  ],
};

export const minikube = verbModel({
  names: ["minikube", "kind", "k3d", "colima", "k3s", "microk8s", "limactl"],
  options: {
    about: flags("-h --help --version"),
    style: flags("-q --quiet --verbose --alsologtostderr --trace --timestamps --debug"),
    named: taking("-p -v --profile --verbosity --loglevel --name -b --bootstrapper --log-level"),
  },
  table: verbs(
    [
      "status,list,ls,version,ip,logs,profile list,service list,addons list,addons images,get clusters,get nodes,cluster list,node list,registry list,image ls,image list,config view,config get,config defaults,options,help,completion,update-check,ssh-host,docker-env,podman-env,ssh-key,cache list,info,kubeconfig --help,inspect,show-ssh,license,snapshot list,template,validate",
      readOnlyVerb(
        flags(
          "-o -l -A --short --all --full --no-headers --json --url --unset -f --problems --light",
        ),
        taking("--format --output --shell -n --namespace --length --node --name -p --profile"),
      ),
    ],
    [
      "start,create cluster,cluster create,cluster start,node create,node start,update-context,export kubeconfig,kubeconfig merge,kubeconfig get,kubeconfig write,server,agent,restart",
      starts,
    ],
    ["get kubeconfig", { effects: (_call, { home }) => [reads(literal(`${home}/.kube/config`))] }],
    [
      "kubectl",
      {
        effects: ({ words }) => {
          const rest = textOf(words[0] ?? []) === "--" ? words.slice(1) : words;
          return [{ kind: "run", argv: [literal("kubectl"), ...rest] }];
        },
      },
    ],
    [
      "load docker-image,load image-archive,image load,image build,image import,images import,ssh,shell,service,tunnel,dashboard,build node-image,nerdctl",
      works,
    ],
    [
      "mount",
      { effects: (call, context) => [...works.effects(call, context), ...mounts(call.operands)] },
    ],
    [
      "stop,delete,delete cluster,delete clusters,pause,unpause,cluster delete,cluster stop,cluster edit,node delete,node stop,node add,profile,config set,config unset,addons enable,addons disable,addons configure,enable,disable,image rm,image pull,cache add,cache delete,registry create,registry delete,cp,prune,reset,factory-reset,add-node,join,leave,edit,upgrade,update",
      deploys("local cluster"),
    ],
  ),
});
