// velero: backups of a cluster, which are shown, made, brought back and deleted.
import { flags, taking } from "../model/option-list.ts";
import { asksAccount, both, readOnlyVerb, verbModel, verbs } from "../model/verbs.ts";
import { changesCluster, clusterSettings } from "./kubectl.ts";

export const velero = verbModel({
  names: ["velero"],
  options: {
    about: flags("-h --help"),
    settings: taking("--kubeconfig"),
    named: taking("-n --namespace --kubecontext --features -v --log_dir"),
    style: flags("--colorized --alsologtostderr --logtostderr"),
  },
  before: ({ values }) => clusterSettings(values("settings")),
  table: verbs(
    [
      "get,describe,backup get,backup describe,backup logs,restore get,restore describe,restore logs,schedule get,schedule describe,backup-location get,snapshot-location get,repo get,plugin get",
      asksAccount(),
    ],
    ["version,help,completion,client config get", readOnlyVerb(flags("--client-only"))],
  ),
  otherwise: both(changesCluster()),
});
