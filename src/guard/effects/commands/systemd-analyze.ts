// systemd-analyze, systemd-cgls, busctl and others that show what runs on the machine and the messages between its services.
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect } from "../model/verbs.ts";

/** Messages to the manager of services, or of log-ins, after which something starts by itself. */
const SETS_UP =
  /\b(?:EnableUnitFiles\w*|ReenableUnitFiles|LinkUnitFiles|PresetUnitFiles\w*|PresetAllUnitFiles|StartTransientUnit|SetUserLinger|SetDefaultTarget|AddDependencyUnitFiles)\b/;

export const systemdAnalyze = classifiedBySubcommand({
  readOnly: {
    "systemd-analyze":
      /^((-\S+\s+)*(time|blame|critical-chain|dump|plot|dot|unit-paths|exit-status|capability|condition|syscall-filter|filesystems|calendar|timestamp|timespan|cat-config|compare-versions|verify|security|inspect-elf|fdstore|image-policy|pcrs|srk|architectures|smbios11|unit-files|unit-gdb|malloc|has-tpm2)(\s+.*)?|)$/,
    "systemd-cgls": /^.*$/,
    "systemd-cgtop": /^.*$/,
    "systemd-delta": /^.*$/,
    "systemd-detect-virt": /^.*$/,
    "systemd-escape": /^.*$/,
    "systemd-id128": /^.*$/,
    "systemd-path": /^.*$/,
    "systemd-sysusers": /^(--cat-config|--tldr|--dry-run.*)$/,
    busctl: /^((--\S+\s+)*(list|status|tree|introspect|get-property|monitor|capture)(\s+\S+)*|)$/,
    "dbus-monitor": /^.*$/,
    gdbus: /^(introspect|monitor|wait)(\s+\S+)*$/,
    "dbus-send": /^$/,
    qdbus: /^(\S+(\s+\/\S*)?|)$/,
  },
  otherwise: ({ name, line }) => [
    ...(SETS_UP.test(line)
      ? [effect<"persist">({ kind: "persist", means: "service", target: undefined })]
      : []),
    effect<"deploy">({ kind: "deploy", system: "services", operation: name }),
  ],
});
