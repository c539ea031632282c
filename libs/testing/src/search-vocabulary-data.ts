const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** What plugins are about: the words that names and titles are made of. */
export const subjects = words(`
  kubernetes cluster backup storage volume snapshot network firewall proxy gateway tunnel certificate secret vault
  identity login directory group policy audit alert incident ticket mail message chat notification webhook calendar
  document archive report dashboard chart metric trace log event stream queue topic broker cache database schema
  table query index search crawler parser converter image video audio speech text translation sequence genome protein
  alignment assembly variant phylogeny notebook workflow pipeline scheduler batch worker container registry artifact
  package release deployment rollout canary monitor probe health quota billing invoice payment license catalog
  inventory asset device sensor gateway router switch terminal desktop browser editor compiler debugger profiler
  scanner malware phishing sandbox forensics threat intelligence vulnerability patch compliance encryption signature
  token session password directory map geocoder weather satellite telescope microscope spectrum simulation mesh
  solver matrix model training inference dataset label annotation embedding vector ranking recommendation
`);

export const qualities = words(`
  fast simple secure open smart tiny global local remote shared private managed hybrid elastic instant quiet bright
  solid swift steady deep clear prime basic daily nightly mobile virtual parallel distributed incremental verified
  portable reliable scalable modular minimal advanced universal automatic continuous interactive graphical
`);

export const tasks = words(`
  manager runner builder watcher loader importer exporter bridge connector adapter agent operator controller viewer
  explorer collector analyzer resolver checker cleaner finder keeper launcher mapper mirror mover planner reader
  recorder renderer reporter sender server sorter splitter starter syncer tracker updater uploader validator writer
  studio desk hub kit lab box forge works toolkit console center service
`);

/** Syllables of names that mean nothing. */
export const syllables = words(`
  ba be bi bo bra bre cal car cel chi cla co cra da del di do dra el en fa fel fi flo fra ga gel gi glo gra hal he ho
  in jo ka kel ki kra la le li lo lu ma mel mi mo na nel ni no nu or pa pel pi plo pra qui ra rel ri ro ru sa sel shi
  so sta ste sto ta tel ti to tra tu ul va vel vi vo wa wen wi xa xe ya yo za zel zi zo
`);

export const verbs = words(`
  runs keeps builds checks finds sends collects converts watches deploys restores encrypts scans renders compares
  merges splits filters routes balances translates archives publishes exports imports validates signs rotates
`);

export const connectives = words(`
  the a and of for with in to from on by as it its your their each every all any one many other same new old first
  last more most less without within between across after before while when where which that this these those
`);

export const categoryNames = words(`
  compute storage networking security identity monitoring analytics messaging automation development
  genomics imaging simulation machine-learning data-management visualisation ticketing forensics
  productivity billing geography documentation testing education
`);

export const givenNames = words(`
  Ada Grace Alan Edsger Barbara Donald Margaret Dennis Radia Ken Frances Niklaus Katherine John Hedy Tim Adele Guido
  Shafi Leslie Karen Tony Annie Robin Joan Kristen Evelyn Jean Mary Betty Sophie Carol
`);

export const hostNames = words('galaxy cloudlaunch jupyter portal workbench');
export const interfaceNames = words('default launch admin backup monitor settings report');
