// stern, kubetail and other programs that show the logs and the state of a cluster.
import { command } from "../model/command-model.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { asksAccount, namedFiles } from "../model/verbs.ts";
import { clusterSettings } from "./kubectl.ts";

export const stern = command({
  names: ["stern", "kubetail", "kail"],
  options: {
    about: flags("-h -v --help --version"),
    settings: taking("--kubeconfig --config"),
    named: taking(
      "-n -l -c -s -t -o -e -i -E -p -x --namespace --selector --container --since --tail --output --exclude --include --exclude-container --container-state --context --color --template --template-file --timezone --field-selector --node --max-log-requests --exclude-pod --highlight --container-colors --pod-colors --condition --stdin-timeout --svc --deploy --ns --pod --ing --rs --completion --verbosity",
    ),
    style: maybeTaking(
      "-A --all-namespaces --no-follow --timestamps --init-containers --ephemeral-containers --only-log-lines --prompt --diff-container --show-hidden-options --stdin --list-options -f --follow -k -b",
    ),
  },
  effects: ({ name, args, operands, values, stdin, has }, context) =>
    has("about") && operands.length === 0
      ? []
      : [
          ...namedFiles(args, context),
          ...clusterSettings(values("settings")),
          ...asksAccount().effects(
            { name, verb: "", words: args, operands, stdin, has: () => false },
            context,
          ),
        ],
});
