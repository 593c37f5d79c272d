// snap and flatpak: applications in packages of their own, which come, go and run.
import { packageManager } from "../packages/package-manager.ts";
import { deploys } from "../model/verbs.ts";

export const snap = packageManager({
  names: ["snap", "flatpak"],
  style: "-v --verbose --user --system -y --assumeyes --noninteractive --print-updates",
  brings: "install,refresh,update,download,try,ack,create-usb,remote-add,prepare-image,bundle",
  shows:
    "list,find,info,search,changes,tasks,version,connections,interfaces,services,logs,get,known,warnings,model,whoami,remotes,remote-ls,remote-info,history,ps,documents,help,debug",
  drops:
    "remove,uninstall,revert,enable,disable,connect,disconnect,set,unset,hold,forget,mask,repair,override,remote-modify,remote-delete,config,permission-reset,permission-set,pin,alias,unalias,prefer,switch,abort,watch,kill,save,restore,export-snapshot,import-snapshot",
  runs: "run,build,build-init,build-finish,build-export,enter,pack",
  rows: [["start,stop,restart", deploys("services")]],
  place: "applications",
});
