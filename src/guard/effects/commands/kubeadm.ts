// kubeadm, kops and talosctl: machines become nodes of a cluster, and stop being ones.
import { literal } from "../../shell/values/text.ts";
import { reads, writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { asksAccount, deploys, readOnlyVerb, both, verbModel, verbs } from "../model/verbs.ts";

/** What a node keeps on this machine. */
const node = {
  effects: () => [writes(literal("/etc/kubernetes"), "change", { reach: "tree" } as const)],
};

export const kubeadm = verbModel({
  names: ["kubeadm", "kops", "talosctl", "rke", "k0s", "k0sctl"],
  options: {
    about: flags("-h --help"),
    settings: taking(
      "--kubeconfig --rootfs --talosconfig --state --name --config -v --v -n --nodes -e --endpoints --context",
    ),
  },
  table: verbs(
    [
      "version,help,completion,config print,config images list,config print init-defaults,config print join-defaults,upgrade plan,certs check-expiration,options,sysinfo,status",
      readOnlyVerb(flags("--client --short --json"), taking("-o --output --kubernetes-version")),
    ],
    [
      "get,get clusters,validate cluster,toolbox dump,health,services,logs,dmesg,memory,processes,containers,stats,list,ls,read,etcd members,etcd status,disks,mounts,netstat,time,usage",
      asksAccount(),
    ],
    [
      "token list,token create,token generate,kubeconfig,certs certificate-key,export kubecfg,get secrets,kubeconfig admin",
      { effects: () => [reads(literal("/etc/kubernetes/admin.conf"))] },
    ],
    [
      "init,join,reset,upgrade apply,upgrade node,certs renew,init phase,reset phase",
      both(deploys("cluster node"), node),
    ],
  ),
  otherwise: both(deploys("kubernetes"), asksAccount()),
});
