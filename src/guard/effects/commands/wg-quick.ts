// wg-quick, openvpn, tailscale and others: the machine joins another network.
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect } from "../model/verbs.ts";

export const wgQuick = classifiedBySubcommand({
  readOnly: {
    wg: /^(show(\s+\S+)*|showconf \S+|genkey|genpsk|pubkey|)$/,
    "wg-quick": /^strip\s+\S+$/,
    openvpn: /^--(show-ciphers|show-digests|show-tls|version)$/,
    tailscale:
      /^(status|ip|netcheck|ping|whois|version|bugreport|dns status|exit-node list|metrics)(\s+\S+)*$/,
    "zerotier-cli": /^(info|status|listnetworks|listpeers|peers|get)(\s+\S+)*$/,
    "warp-cli": /^(status|settings|registration show)(\s+\S+)*$/,
  },
  otherwise: ({ name }) => [
    effect<"privilege">({ kind: "privilege", means: name, user: undefined }),
  ],
});
