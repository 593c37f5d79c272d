// helm: charts that are written and checked here, and releases in a cluster that are looked at or changed.
import { literal, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import {
  asksAccount,
  both,
  effect,
  installs,
  readOnlyVerb,
  publishes,
  runsCode,
  talksTo,
  toAccount,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";
import { changesCluster, clusterSettings, manifests, unlessTrial } from "./kubectl.ts";

const OPTIONS = [
  ...(manifests.among ?? []),
  role("url", taking("--repo")),
  role("input", taking("--key --keyring --cert-file --key-file --ca-file --passphrase-file")),
  role("output tree", taking("d", "--destination --output-dir")),
  taking("--post-renderer --post-renderer-args"),
  taking("--version --set --set-string --set-json"),
];

/** Charts that the call names: a directory or archive here, or one of a repository. */
const charts: Verb = {
  among: OPTIONS,
  effects: (call, context) => [
    ...call.operands.flatMap((word): Consequence[] => {
      const text = textOf(word);
      if (text === undefined) return [reads(word, "tree")];
      if (/^(?:https?|oci):\/\//.test(text))
        return [{ kind: "contacts", url: word, scheme: "https", carries: [{ kind: "argument" }] }];
      if (context.isDirectory(word) || /^[./~]/.test(text)) return [reads(word, "tree")];
      // A chart of the repositories that the person configured.
      return text.includes("/") ? [toAccount()] : [];
    }),
    ...(call.has("--post-renderer", "--post-renderer-args")
      ? [
          effect<"execute">({
            kind: "execute",
            program: "helm post-renderer",
            origin: "unknown",
            reach: "unbounded",
          }),
        ]
      : []),
  ],
};

const prints = both(charts, readOnlyVerb());

export const helm = verbModel({
  names: ["helm", "helmfile"],
  options: {
    about: flags("h", "--help"),
    named: taking(
      "nl",
      "--namespace --kube-context --environment --selector --kube-as-user --burst-limit",
    ),
    files: taking("f", "--file --registry-config --repository-config --kube-ca-file"),
    settings: taking("--kubeconfig"),
    server: taking("--kube-apiserver --kube-token"),
    style: flags("q", "--debug --quiet --no-color"),
  },
  before: (call) => [
    ...clusterSettings([
      ...call.values("settings"),
      ...optionValues(call.operands, "--kubeconfig"),
    ]),
    ...call.values("files").map((path) => reads(path)),
    ...call.values("server").map(
      (url): Consequence => ({
        kind: "contacts",
        url,
        scheme: "https",
        carries: [{ kind: "unknown" }],
      }),
    ),
  ],
  table: verbs(
    ["lint,template", prints],
    ["show,inspect,pull,fetch,verify", both(prints, asksAccount())],
    [
      "package",
      {
        among: OPTIONS,
        effects: (call, context) => [
          ...charts.effects(call, context),
          ...(call.has("-d", "--destination") ? [] : [writes(literal("."), "create")]),
          ...(call.has("-u", "--dependency-update") ? installs().effects(call, context) : []),
        ],
      },
    ],
    [
      "create",
      {
        among: OPTIONS,
        effects: (call, context) => [
          ...charts.effects({ ...call, operands: [] }, context),
          ...call.operands.slice(0, 1).map((path) => writes(path, "create", { reach: "tree" })),
        ],
      },
    ],
    [
      "list,ls,status,history,get values,get manifest,get notes,get all,get hooks,get metadata,search repo,search",
      asksAccount(),
    ],
    ["search hub", talksTo("artifacthub.io")],
    [
      "version,help,completion,env,repo list,repo ls,plugin list,dependency list,dep list,dependency ls",
      readOnlyVerb(
        flags("h", "--client --short --help --no-headers"),
        taking("o", "--output --template --max-col-width"),
      ),
    ],
    ["unittest", runsCode("project")],
    ["diff", both(runsCode("project"), asksAccount(), manifests)],
    [
      "repo add",
      {
        effects: ({ operands }, { home }) => [
          writes(literal(`${home}/.config/helm/repositories.yaml`), "change"),
          ...operands.slice(1).map(
            (url): Consequence => ({
              kind: "contacts",
              url,
              scheme: "https",
              carries: [{ kind: "argument" }],
            }),
          ),
        ],
      },
    ],
    [
      "repo remove,repo update,repo index,registry login,registry logout",
      {
        effects: (_call, { home }) => [
          writes(literal(`${home}/.config/helm/repositories.yaml`), "change"),
          toAccount(),
        ],
      },
    ],
    [
      "dependency build,dependency update,dep build,dep update,dep up,plugin install,plugin update",
      installs(),
    ],
    [
      "install,upgrade,uninstall,delete,rollback",
      {
        among: OPTIONS,
        effects: (call, context) => [
          ...unlessTrial(changesCluster()).effects(call, context),
          ...charts.effects({ ...call, operands: call.operands.slice(1) }, context),
        ],
      },
    ],
    ["push", both(charts, publishes("package", undefined))],
    ["test,sync,apply,destroy", changesCluster()],
  ),
  otherwise: changesCluster(),
});
