// luarocks, opam and conan: packages of Lua, OCaml and C++ that come, go and are published.
import { packageManager } from "../packages/package-manager.ts";
import { runsFrom, runsInside } from "../projects/project-scripts.ts";

export const luarocks = packageManager({
  names: ["luarocks", "opam", "conan", "vcpkg"],
  style: "-y -q -v --local --global --dev --yes --verbose --quiet --no-project",
  named: "--tree --server --from --only-server --lua-version --lua-dir --switch --root --profile",
  brings:
    "install,build,download,unpack,make,init,update,upgrade,reinstall,switch create,repository add,repo add,pin add,pin,add,integrate,x-update-baseline,source",
  shows:
    "list,show,doc,path,which,lint,config,version,var,env,switch,switch list,switch show,repository list,repo list,option,help,profile show,profile path,graph info,inspect,owns,depend-info,tree",
  asks: "search,info,x-history",
  drops:
    "remove,purge,uninstall,switch remove,switch set,repository remove,clean,cache clean,cache,pin remove,x-clean-downloads",
  publishes: "upload,publish",
  runs: "test,lock,write_rockspec,pack,new_version,create,export,edit,new,lint opam,export-pkg,x-test",
  rows: [["exec", { effects: ({ name, words }) => [runsFrom(name), ...runsInside(words)] }]],
  place: "packages",
});
