// rustup: toolchains of Rust that come, go and are shown, and programs that run with one of them.
import { packageManager } from "../package-manager.ts";
import { runsInside } from "../project-scripts.ts";

export const rustup = packageManager({
  names: ["rustup"],
  style: "-v -q --verbose --quiet",
  brings:
    "install,update,upgrade,toolchain install,toolchain add,toolchain update,toolchain link,target add,target install,component add,self update",
  shows:
    "show,show active-toolchain,show home,show profile,toolchain list,toolchain ls,target list,component list,which,override list,check,completions,doc,man,help",
  drops:
    "default,override set,override add,override unset,override remove,toolchain uninstall,toolchain remove,uninstall,target remove,target uninstall,component remove,self uninstall,set profile,set default-host,set auto-self-update,set auto-install",
  place: "toolchains",
  rows: [["run", { effects: ({ words }) => runsInside(words.slice(1)) }]],
});
