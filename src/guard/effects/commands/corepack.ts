// corepack, fnm, volta, nvm and others that keep versions of programs: what they bring, and what runs with one of them.
import { packageManager } from "../package-manager.ts";
import { runsFrom, runsInside } from "../project-scripts.ts";

export const corepack = packageManager({
  names: [
    "corepack",
    "fnm",
    "volta",
    "nvm",
    "n",
    "nodenv",
    "pyenv",
    "rbenv",
    "jenv",
    "goenv",
    "tfenv",
    "sdk",
    "nvs",
  ],
  style: "-q -v --quiet --verbose",
  named: "--fnm-dir --node-dist-mirror --log-level --arch",
  brings:
    "install,i,use,up,hydrate,prepare,enable,pin,fetch,setup,lts,latest,upgrade,update,flush,selfupdate,download,rehash,auto",
  shows:
    "list,ls,current,which,whence,env,completions,root,prefix,version,versions,version-name,version-file,version-origin,hooks,help,shims,commands,home,alias list,list-aliases,--version,init",
  asks: "ls-remote,list-remote,outdated,search,broadcast",
  drops:
    "uninstall,rm,remove,prune,default,alias,unalias,global,local,shell,disable,cache,cache clean,flush archives,offline,set,link,deactivate,unload,reinstall-packages,install-latest-npm,migrate",
  place: "toolchains",
  rows: [
    [
      "exec,run",
      {
        effects: ({ name, words }) => [
          runsFrom(name),
          ...runsInside(words.slice(name === "nvm" || name === "n" ? 1 : 0)),
        ],
      },
    ],
    [
      "npm,npx,yarn,pnpm",
      {
        effects: ({ verb, words }) => [
          runsFrom(verb),
          ...runsInside([[{ kind: "text", text: verb }], ...words]),
        ],
      },
    ],
  ],
});
