// apk: packages of Alpine that come and go.
import { packageManager } from "../packages/package-manager.ts";

export const apk = packageManager({
  names: ["apk"],
  style:
    "-q -v -U -i -f --quiet --verbose --no-cache --update-cache --no-progress --interactive --force --allow-untrusted --purge --wait --print-arch --no-network --no-interactive",
  named:
    "-X --repository -p --root --keys-dir --repositories-file --cache-dir --cache-max-age --arch -t --virtual",
  brings: "add,update,upgrade,fetch,fix,index,mkndx,mkpkg,cache download",
  shows: "info,list,search,version,policy,dot,stats,audit,verify,manifest,query,help",
  drops: "del,cache clean,cache purge,cache sync",
});
