// Ports of this machine at which services listen by habit that do more for whoever reaches them than the call shows.

/** What listens there by habit, and why no code of a project may have it. First and last port of each. */
const POWERFUL: readonly (readonly [first: number, last: number, why: string])[] = [
  [22, 22, "ssh opens a shell of this machine"],
  [25, 25, "a mail server there sends to every host"],
  [53, 53, "a resolver there carries data to every host in the names that it is asked for"],
  [1080, 1080, "a proxy there reaches every host"],
  [2375, 2377, "an engine of containers there gives all rights of the administrator"],
  [2379, 2380, "the store of a cluster there gives all rights in the cluster"],
  [3128, 3128, "a proxy there reaches every host"],
  [3389, 3389, "a desktop there does what the person can do"],
  [4243, 4243, "an engine of containers there gives all rights of the administrator"],
  [5037, 5037, "a debugger there runs code in other programs and devices"],
  [5900, 5909, "a desktop there does what the person can do"],
  [6000, 6063, "a display there sees and types in every window of the person"],
  [8118, 8118, "a proxy there reaches every host"],
  [9050, 9051, "a proxy there reaches every host"],
  [9150, 9151, "a proxy there reaches every host"],
  [9222, 9222, "a debugger there works in the person's browser"],
  [9229, 9230, "a debugger there runs code in other programs"],
  [10_250, 10_250, "the node of a cluster there runs commands in every container"],
  [10_255, 10_255, "the node of a cluster there tells of every container"],
];

/** Why no policy can name a port; undefined where one can. */
export function whyPowerful(port: number): string | undefined {
  return POWERFUL.find(([first, last]) => port >= first && port <= last)?.[2];
}

/** Services that a policy can name, which all the same keep data of others, run what they are told or ask further hosts. */
const SERVICES: ReadonlySet<number> = new Set([
  // Redis, its sentinels and memcached; Consul, Vault and Nomad; Elasticsearch, OpenSearch and Solr.
  ...[6379, 6380, 26_379, 11_211, 8500, 8501, 8200, 4646, 9200, 9300, 8983],
  // Debuggers of Java and Python; objects of Java; drivers of browsers and of devices; monitors of machines and players.
  ...[5005, 5678, 1099, 2828, 4444, 4723, 9515, 6600, 27_042],
  // Clusters of jobs; servers of downloads and of files that are shared; settings of a web server; printers.
  ...[7077, 8265, 8786, 6800, 8384, 2019, 631],
  // Shells and commands from elsewhere, shared disks, mail.
  ...[23, 512, 513, 514, 5985, 5986, 139, 445, 873, 2049, 465, 587],
  // Jupyter; Kubernetes; CouchDB, Neo4j, ZooKeeper, RabbitMQ's and Docker's management.
  ...[8888, 6443, 16_443, 10_248, 5984, 7474, 7687, 2181, 15_672, 9443],
]);

/** Whether what listens at a port does more than the call shows, by habit. */
export function isServicePort(port: number): boolean {
  return SERVICES.has(port) || whyPowerful(port) !== undefined;
}
