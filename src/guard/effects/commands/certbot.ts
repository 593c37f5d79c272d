// certbot and acme.sh: get certificates from an authority, install them and keep renewing them.
import { asksAccount, both, deploys, readOnlyVerb, verbModel, verbs } from "../model/verbs.ts";
import { flags, taking } from "../model/option-list.ts";
import type { CommandModel } from "../model/command-model.ts";

/** Gets a certificate in the name of a host, and changes what serves it; hooks are commands of the call. */
const changes = both(asksAccount(), deploys("certificates"));

export const certbot: CommandModel = verbModel({
  names: ["certbot", "acme.sh", "lego"],
  options: {
    about: flags("--help -h --version"),
    choice: taking("--config-dir --work-dir --logs-dir --server -c --config"),
    style: flags("-q --quiet -n --non-interactive --debug -v --staging --test-cert --dry-run"),
  },
  table: verbs(
    ["certificates,plugins,help,show_account", readOnlyVerb(flags("-h --help"))],
    [
      "run,certonly,renew,install,revoke,delete,register,unregister,update_account,enhance,rollback,reconfigure",
      changes,
    ],
  ),
  otherwise: changes,
});
