// apt and aptitude: packages of Debian that come and go.
import { packageManager } from "../packages/package-manager.ts";
import { effect } from "../model/verbs.ts";

export const apt = packageManager({
  names: ["apt", "apt-get", "apt-cache", "aptitude", "apt-mark", "apt-file"],
  style:
    "-y -q -n -s -d -f --yes --assume-yes --quiet --no-install-recommends --simulate --dry-run -qq --allow-downgrades --fix-broken -m --fix-missing -u",
  named: "-o -t -c --option --target-release --config-file",
  brings:
    "install,reinstall,update,upgrade,dist-upgrade,full-upgrade,safe-upgrade,build-dep,source,download,satisfy,edit-sources",
  shows:
    "list,show,search,policy,depends,rdepends,showpkg,showsrc,stats,pkgnames,madison,changelog,why,why-not,versions,showmanual,showauto,showhold,find,check,unmet,dump,dotty,help,moo",
  drops:
    "remove,purge,autoremove,autopurge,clean,autoclean,markauto,unmarkauto,auto,manual,hold,unhold,minimize-manual",
  before: ({ has }) => [
    effect<"execute">({ kind: "execute", program: "dpkg", origin: "system", reach: "modelled" }),
    ...(has("named")
      ? [
          {
            kind: "unknown",
            reason: "unknown-option",
            detail: "a setting that may make the package manager run programs",
          } as const,
        ]
      : []),
  ],
});
