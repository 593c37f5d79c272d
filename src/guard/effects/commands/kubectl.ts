// kubectl and the other tools of a cluster: what it runs is looked at or changed.
import { hole, literal, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { obeysNetwork } from "../languages/heuristics/remote-control.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import {
  asksAccount,
  both,
  effect,
  egress,
  readOnlyVerb,
  toAccount,
  type Verb,
  type VerbCall,
  verbModel,
  verbs,
} from "../model/verbs.ts";

/** Files of descriptions that go to the cluster, and the short options of a value that may stand in front of them. */
const MANIFESTS = [
  role("input tree", taking("fk", "--filename --kustomize --values --patch-file")),
  role("named input tree", taking("--from-file --from-env-file --set-file")),
  role("output tree", taking("--output-directory")),
  taking("o", "--output --template"),
  taking("lnc", "--selector --namespace --container"),
];
export const manifests: Verb = { among: MANIFESTS, effects: () => [] };

/** Changes what runs in the cluster. */
export function changesCluster(system = "kubernetes"): Verb {
  return {
    among: MANIFESTS,
    effects: (call) => [
      effect<"deploy">({ kind: "deploy", system, operation: call.verb }),
      toAccount(),
    ],
  };
}

/** Only tries: nothing leaves for `client`, the cluster is asked for `server`. */
function tries({ words }: VerbCall): "client" | "server" | undefined {
  const texts = words.map((word) => textOf(word));
  const at = texts.findIndex((text) => text !== undefined && /^--dry-run(?:=|$)/.test(text));
  const mode = texts[at]?.replace(/^--dry-run=?/, "");
  if (at < 0) return undefined;
  if (mode === "client" || mode === "server") return mode;
  // Helm and older programs take the bare option.
  return mode === "" || mode === "true" ? "server" : undefined;
}

/** The verb, or a question only where it is told to try. Words that are not known may take the trial back. */
export function unlessTrial(verb: Verb): Verb {
  return {
    among: verb.among ?? MANIFESTS,
    effects: (call, context) => {
      const trial = call.words.some((word) => textOf(word) === undefined) ? undefined : tries(call);
      if (trial === undefined) return verb.effects(call, context);
      return [
        ...readOnlyVerb().effects(call, context),
        ...(trial === "server" ? [toAccount()] : []),
      ];
    },
  };
}

/** Asks the cluster; what it keeps secret opens doors. */
const asks: Verb = {
  among: MANIFESTS,
  effects: (call, context) => [
    ...asksAccount().effects(call, context),
    ...(call.verb === "get" && printsSecrets(call)
      ? [reads(literal(`${context.home}/.kube/config`))]
      : []),
  ],
};

function printsSecrets({ words, values }: VerbCall): boolean {
  const texts = words.map((word) => textOf(word) ?? "?");
  const isRaw = texts.some((text) => text.startsWith("--raw"));
  const isSecret = texts.some((text) => /(?:^|[,/])(?:secrets?|\?)(?:[./,]|$)/i.test(text));
  const isWhole = values("--output").some(
    (format) => !/^=?(?:wide|name)$/.test(textOf(format) ?? "?"),
  );
  return isSecret && (isWhole || isRaw || texts.some((text) => text.startsWith("--template")));
}

const view: Verb = {
  options: [
    flags("h", "--minify --merge --raw --flatten --help --no-headers"),
    taking("o", "--output --context --template"),
  ],
  effects: (call, context) => [
    ...(call.has("--raw", "--flatten") ? [reads(literal(`${context.home}/.kube/config`))] : []),
    ...readOnlyVerb().effects(call, context),
  ],
};

/** Between this machine and a container: `[namespace/]pod:path`. */
/** What lies in a container was put there by others. */
const FROM_CLUSTER: TextSet = [
  [
    hole("dynamic-code", {
      sources: [
        {
          kind: "network",
          destination: { host: undefined, port: undefined, scheme: "https", known: "account" },
        },
      ],
    }),
  ],
];

const copies: Verb = {
  among: MANIFESTS,
  effects: (call, context) => {
    const isInside = (path: Text | undefined): boolean =>
      /^[\w./-]+:/.test(textOf(path ?? []) ?? "");
    const [from, to] = call.operands;
    return to === undefined || isInside(to) || from === undefined || !isInside(from)
      ? [
          ...changesCluster().effects(call, context),
          ...(from === undefined ? [] : [reads(from, "tree")]),
        ]
      : [toAccount(), writes(to, "create", { reach: "tree", content: FROM_CLUSTER })];
  },
};

/** Puts a description together from its parts. */
const kustomizes: Verb = {
  among: [role("output tree", taking("o", "--output")), taking("e", "--env")],
  effects: ({ words, operands, has, values }, context) => {
    const roots = operands.length === 0 ? [literal(".")] : operands.slice(0, 1);
    const isFar = (text: string): boolean => /:\/\/|^git@|github\.com/.test(text);
    const names = roots.flatMap((root) =>
      ["kustomization.yaml", "kustomization.yml", "Kustomization"].map((name) => [
        ...root,
        ...literal(`/${name}`),
      ]),
    );
    const fetched =
      roots.some((root) => isFar(textOf(root) ?? "")) ||
      names.some(
        (name) =>
          context.isFile(name) &&
          context.contentOf(name).some((text) => isFar(textOf(text) ?? "://")),
      );
    return [
      ...roots.flatMap((root) => (isFar(textOf(root) ?? "") ? [] : [reads(root, "tree")])),
      ...(fetched ? [egress(undefined)] : []),
      ...(has(
        "--enable-helm",
        "--enable-exec",
        "--enable-alpha-plugins",
        "--helm-command",
        "--network",
      )
        ? [
            effect<"execute">({
              kind: "execute",
              program: "kustomize plugins",
              origin: "project",
              reach: "unbounded",
            }),
          ]
        : []),
      ...readOnlyVerb().effects(
        { name: "kustomize", verb: "build", words, operands, stdin: undefined, has, values },
        context,
      ),
    ];
  },
};

/** Rights of the machine that a pod is given in words of the call. */
const OF_THE_NODE =
  /["']?(?:privileged|hostPID|hostNetwork|hostIPC|allowPrivilegeEscalation)["']?\s*:\s*true|["']?hostPath["']?\s*:|--privileged\b|--profile[= ]sysadmin|^debug (?:.* )?nodes?\//;

/** Changes what runs in the cluster; a pod that has the rights of the machine it runs on gives them to whoever uses it. */
const changesPods: Verb = {
  among: MANIFESTS,
  effects: (call, context) => {
    const line = [call.verb, ...call.words.map((word) => textOf(word) ?? "?")]
      .join(" ")
      .slice(0, 8_192);
    return [
      ...(OF_THE_NODE.test(line)
        ? [effect<"privilege">({ kind: "privilege", means: "cluster-node", user: undefined })]
        : []),
      ...(obeysNetwork(line) ? [runsFrom(call.name, "download")] : []),
      ...changesCluster().effects(call, context),
      ...(call.verb === "exec" ? [prints(FROM_CLUSTER)] : []),
    ];
  },
};

const changes = unlessTrial(changesPods);

export const kubectl = verbModel({
  names: ["kubectl", "oc", "k9s", "kustomize", "argocd", "flux", "istioctl"],
  options: {
    about: flags("h", "--help"),
    named: taking(
      "nsv",
      "--namespace --context --cluster --user --as --request-timeout --log-level",
    ),
    server: taking("--server"),
    settings: taking("--kubeconfig"),
    files: taking("--certificate-authority --client-certificate --client-key"),
    opens: taking("--token --password --username"),
    style: flags("A", "--insecure-skip-tls-verify --debug --match-server-version --all-namespaces"),
  },
  before: (call, context) => [
    ...call.values("files").map((path) => reads(path)),
    ...clusterSettings([
      ...call.values("settings"),
      ...optionValues(call.operands, "--kubeconfig"),
      ...foreignSettings(context),
    ]),
    ...namedServers(call.operands, call.values("server")),
    // A program of the person's choice compares.
    ...(textOf(call.operands[0] ?? []) === "diff" &&
    context.variable("KUBECTL_EXTERNAL_DIFF") !== undefined
      ? [
          {
            kind: "unknown",
            reason: "dynamic-code",
            detail: "`KUBECTL_EXTERNAL_DIFF` names a program",
          } as const,
        ]
      : []),
  ],
  table: verbs(
    [
      "get,describe,logs,log,top,explain,api-resources,api-versions,cluster-info,diff,auth can-i,auth whoami,events,rollout status,rollout history,wait,status,project,projects,whoami,app get,app list,app diff,app history,app logs,get all,check,analyze,proxy-status,proxy-config,tree",
      asks,
    ],
    [
      "version,help,completion,env,options,config get-contexts,config current-context,config get-clusters,config get-users,plugin list,cfg tree,cfg count,cfg grep",
      readOnlyVerb(flags("h", "--client --short --help --no-headers"), taking("o", "--output")),
    ],
    ["config view", view],
    ["kustomize,build", kustomizes],
    [
      "config use-context,config set-context,config set,config unset,config delete-context,config set-cluster,config set-credentials,config rename-context,config delete-cluster",
      {
        effects: (_call, { home }) => [writes(literal(`${home}/.kube/config`), "change")],
      },
    ],
    ["cp", copies],
    [
      "apply,create,delete,edit,patch,replace,scale,autoscale,set,label,annotate,taint,cordon,uncordon,drain,rollout restart,rollout undo,rollout pause,rollout resume,run,expose,exec,attach,debug,port-forward,proxy,certificate,install,upgrade,uninstall,rollback,test,push,pull,app sync,app delete,app create,reconcile,suspend,resume,bootstrap,adm,new-app,start-build,delete-all",
      changes,
    ],
  ),
  otherwise: both(changesCluster()),
});

/** Settings that a variable names elsewhere than in the person's own folder: they may say which program gives the credentials. */
function foreignSettings(context: ModelContext): readonly Text[] {
  return (context.variable("KUBECONFIG") ?? []).filter((text) => {
    const path = textOf(text);
    if (path === undefined || path === "") return false;
    const own = `${context.home}/.kube/`;
    return path
      .split(":")
      .some(
        (one) => !one.startsWith(own) && one !== "" && !context.isUserControlled("KUBECONFIG", one),
      );
  });
}

/** Another file than the person's names another cluster, and may name programs that log in to it. */
export function clusterSettings(paths: readonly Text[]): readonly Consequence[] {
  return paths.flatMap((path) => [
    reads(path),
    effect<"execute">({
      kind: "execute",
      program: "kubectl credentials",
      origin: "project",
      reach: "unbounded",
    }),
  ]);
}

/** A server that the call names is asked, whoever it is of. */
function namedServers(words: readonly Text[], before: readonly Text[]): readonly Consequence[] {
  const named = optionValues(words, "-s", "--server");
  // Without a value it is another option of one letter.
  return [...before, ...named.filter((url) => url.length > 0)].map((url) => ({
    kind: "contacts",
    url,
    scheme: "https",
    carries: [{ kind: "unknown" }],
  }));
}
