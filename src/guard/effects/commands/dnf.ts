// dnf, yum and zypper: packages of Fedora, Red Hat and SUSE that come and go.
import { packageManager } from "../packages/package-manager.ts";

export const dnf = packageManager({
  names: ["dnf", "dnf5", "yum", "microdnf", "tdnf", "zypper", "rpm-ostree"],
  style:
    "-y -q -v -C -b -n --assumeyes --assumeno --quiet --verbose --best --nogpgcheck --refresh --allowerasing --skip-broken --cacheonly --non-interactive --no-refresh --no-gpg-checks --nobest --noplugins",
  named:
    "--enablerepo --disablerepo --repo --repoid -x --exclude --releasever --setopt --color -d -e --forcearch",
  brings:
    "install,reinstall,update,upgrade,upgrade-minimal,localinstall,groupinstall,group install,downgrade,swap,distro-sync,distrosync,build-dep,builddep,download,module install,module enable,in,up,dup,patch,refresh,ref,makecache,source-install,si,addrepo,ar,config-manager,copr enable,system-upgrade,offline-upgrade,rebase,override replace",
  shows:
    "list,ls,info,if,search,se,provides,whatprovides,wp,repolist,repoinfo,repos,lr,repoquery,deplist,history,history list,history info,check,check-update,updateinfo,group list,group info,module list,module info,lu,list-updates,lp,patches,packages,pa,products,pd,patterns,pt,what-provides,needs-rebooting,ps,status,leaves,help,locks,ll,targetos",
  drops:
    "remove,rm,erase,autoremove,clean,cc,history undo,history rollback,history redo,group remove,module remove,module reset,module disable,mark,versionlock,al,addlock,rl,removelock,removerepo,rr,modifyrepo,mr,uninstall,rollback,cleanup,reset,kernel-install",
});
