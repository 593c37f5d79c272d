// brew and port: packages of macOS that come and go, and services that start by themselves.
import { packageManager } from "../packages/package-manager.ts";
import { runsInside } from "../projects/project-scripts.ts";
import { deploys, readOnlyVerb, persists, runsCode } from "../model/verbs.ts";
import { both } from "../model/verbs.ts";

export const brew = packageManager({
  names: ["brew", "port"],
  style: "-q -v -d -f -n -y -N -p --quiet --verbose --debug --force --dry-run",
  brings:
    "install,reinstall,update,upgrade,tap,bundle,bundle install,link,fetch,vendor-install,pin,selfupdate,sync,postinstall,migrate,abv-install",
  shows:
    "list,ls,info,abv,search,deps,uses,leaves,outdated,doctor,dr,config,--prefix,--cellar,--cache,--repository,--repo,--version,--env,desc,home,homepage,cat,log,casks,formulae,options,missing,livecheck,shellenv,commands,help,tap-info,bundle list,bundle check,installed,contents,provides,variants,dependents,rdeps,echo,location,which,which-formula,analytics state,autoremove --dry-run,services list,services info,services",
  drops:
    "uninstall,remove,rm,unlink,untap,cleanup,autoremove,unpin,bundle cleanup,clean,reclaim,deactivate,activate,analytics",
  rows: [
    // A service that is started here starts at every login.
    ["services start,services restart", persists("service")],
    ["services stop,services kill,services run,services cleanup", deploys("services")],
    ["bundle exec,bundle sh,sh", both(runsCode(), { effects: ({ words }) => runsInside(words) })],
    ["edit,create,bump,test,audit,style,ruby,irb,dispatch-workflow,pr-pull,extract", runsCode()],
    ["bundle dump", readOnlyVerb()],
  ],
});
