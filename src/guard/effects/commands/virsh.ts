// virsh, VBoxManage, multipass and others: virtual machines that are looked at, started and taken away.
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect } from "../model/verbs.ts";

export const virsh = classifiedBySubcommand({
  readOnly: {
    virsh:
      /^((-\S+\s+)*(list|dominfo|domstate|domblklist|domiflist|dumpxml|net-list|net-info|pool-list|pool-info|vol-list|vol-info|nodeinfo|version|capabilities|domstats|snapshot-list|uri|hostname|domifaddr|vcpuinfo|iface-list|help)(\s+\S+)*)$/,
    VBoxManage:
      /^(list|showvminfo|showhdinfo|showmediuminfo|getextradata|--version|guestproperty (get|enumerate))(\s+\S+)*$/,
    multipass: /^(list|ls|info|find|get|version|networks|aliases|help)(\s+\S+)*$/,
    prlctl: /^(list|statistics|problem-report)(\s+\S+)*$/,
    vmrun: /^((-T \w+\s+)?(list|listSnapshots|getGuestIPAddress|checkToolsState)(\s+\S+)*)$/,
    "virt-install": /^--(osinfo list|version)$/,
    orb: /^(list|status|info|version|config show)(\s+\S+)*$/,
    orbctl: /^(list|status|info|version|config show)(\s+\S+)*$/,
  },
  otherwise: ({ name, words }) => [
    effect<"deploy">({
      kind: "deploy",
      system: "virtual machine",
      operation: `${name} ${words[0] ?? ""}`.trim().slice(0, 80),
    }),
  ],
});
