import { normalizeName, pluginId } from '#kernel';
import type { PluginDocument } from '#search';

/** `publisher/Name | title | categories | tags | maintainer | summary | description`, fields that lack something empty. */
const rows = `
galaxy/KubePlugin | | compute | kubernetes | Ada Wren | Runs a Kubernetes cluster | Starts nodes, watches them and lets them go when nobody needs them.
galaxy/KubeBackup | Kube Backup | storage | kubernetes, backup | Ada Wren | Keeps copies of a cluster's volumes | Restores a namespace to any point of the last month.
galaxy/kube-metrics | Kubernetes Metrics | monitoring | kubernetes, metrics | Noor Haddad | Charts what a cluster uses | Processor, memory and disk of each node.
acme/oauth2-proxy | OAuth2 Proxy | security | oauth2, login | Pia Lund | Puts a sign-in page before any web application | Works with any OpenID Connect provider.
acme/OAuthClient | | security | login | Pia Lund | Lets scripts sign in for a person | Device flow and code flow.
acme/saml-bridge | SAML Bridge | security | saml, login | Tomas Berg | Speaks SAML to old directories | Turns assertions into sessions.
acme/ldap-sync | LDAP Sync | identity | ldap, directory | Tomas Berg | Copies groups from a directory every night | Nested groups are unfolded.
acme/vault-keeper | Vault Keeper | security | secrets, vault | Pia Lund | Hands secrets to plugins | Secrets are never written to disk.
north/GVLPlugin | Genomics Virtual Lab | genomics | workbench | Sam Okoro | A whole genomics workbench in one start | Notebooks, a workflow server and shared storage.
north/blast-runner | BLAST Runner | genomics | sequence, alignment | Sam Okoro | Searches sequences against protein databases | Splits large searches over many workers.
north/genome-browser | Genome Browser | genomics | visualisation, tracks | Ines Duarte | Shows tracks along a reference genome | Zooms from a chromosome to a single base.
north/variant-caller | Variant Caller | genomics | variants | Ines Duarte | Finds variants in aligned reads | Reports quality for each call.
north/fastq-quality | FASTQ Quality | genomics | quality, sequence | Ines Duarte | Draws quality reports of raw reads | One page for each lane.
north/protein-folder | Protein Folder | genomics | protein, structure | Sam Okoro | Predicts how a protein folds | Needs a graphics processor.
north/phylo-tree | Phylogenetic Tree Builder | genomics | phylogeny | Ines Duarte | Builds trees from alignments | Bootstraps in parallel.
south/jupyter-launcher | Jupyter Launcher | compute | notebook, python | Lea Moser | Starts notebooks for a class | Each student gets an own kernel.
south/rstudio | RStudio | compute | notebook, statistics | Lea Moser | A desk for statistics in R | Packages are kept between sessions.
south/notebook-viewer | Notebook Viewer | visualisation | notebook | Lea Moser | Shows notebooks without running them | Links to one cell can be shared.
south/spark-cluster | Spark Cluster | compute | batch, cluster | Omar Nasser | Batch work over many machines | Grows with the queue of waiting work.
south/slurm-gateway | Slurm Gateway | compute | batch, queue | Omar Nasser | Sends batch jobs to a supercomputer | Shows where in the queue each one stands.
south/dask-pool | Dask Pool | compute | python, cluster | Omar Nasser | Parallel arrays and tables in Python | Workers come and go.
east/postgres-lite | Postgres Lite | storage | database, sql | Mina Park | A small database for each project | Backups every hour.
east/mysql-dump | MySQL Dump | storage | database, backup | Mina Park | Dumps and restores databases | Streams, so that the size doesn't matter.
east/redis-cache | Redis Cache | storage | cache | Mina Park | Keeps answers in memory | Evicts what was used the longest ago.
east/mongo-browser | Mongo Browser | storage | database, documents | Mina Park | Looks into document databases | Edits single documents.
east/sqlite-viewer | SQLite Viewer | storage | database, sql | Mina Park | Opens a database file in the browser | Nothing is uploaded.
east/object-store | Object Store | storage | bucket, files | Juri Tamm | Buckets for files of any size | Checks each part by its digest.
east/nfs-share | NFS Share | storage | files, network | Juri Tamm | Shares a folder with all nodes | Quotas for each group.
east/snapshot-manager | Snapshot Manager | storage | snapshot, backup | Juri Tamm | Takes snapshots on a timetable | Old ones are thinned out.
east/tape-archive | Tape Archive | storage | archive | Juri Tamm | Moves cold files to tape | Brings them back on demand.
west/mail-sender | Mail Sender | messaging | mail, smtp | Rosa Alba | Sends mail by template | Bounces come back as events.
west/slack-notify | Slack Notify | messaging | chat, notification | Rosa Alba | Posts to channels when something happens | Threads keep long stories together.
west/teams-notify | Teams Notify | messaging | chat, notification | Rosa Alba | Posts cards to a team | Buttons answer back.
west/sms-gateway | SMS Gateway | messaging | sms, telephone | Rosa Alba | Short messages to telephones | Counts what each one costs.
west/webhook-relay | Webhook Relay | messaging | webhook | Rosa Alba | Takes webhooks in and passes them on | Retries until they are taken.
west/calendar-sync | Calendar Sync | productivity | calendar | Emil Roth | Keeps two calendars alike | Private entries stay private.
west/todo-board | Todo Board | productivity | tasks, board | Emil Roth | Cards in columns | Drag a card to where it belongs.
west/wiki-pages | Wiki Pages | documentation | wiki, markdown | Emil Roth | Pages that everyone may mend | Each change can be undone.
west/pdf-maker | PDF Maker | documentation | pdf, report | Emil Roth | Turns pages into PDF documents | Fonts are embedded.
west/markdown-editor | Markdown Editor | documentation | markdown, editor | Emil Roth | Writes Markdown side by side with its page | Pastes tables from spreadsheets.
lumen/grafana-board | Grafana Board | monitoring | dashboard, metrics | Yuki Sato | Dashboards over many sources | Panels can be shared by a link.
lumen/prometheus-scraper | Prometheus Scraper | monitoring | metrics | Yuki Sato | Collects numbers from services | Keeps two weeks.
lumen/log-collector | Log Collector | monitoring | logs | Yuki Sato | Gathers log lines from everywhere | Secrets are masked on the way.
lumen/trace-viewer | Trace Viewer | monitoring | tracing | Yuki Sato | Follows one request through all services | Shows the slowest part first.
lumen/uptime-probe | Uptime Probe | monitoring | health, alert | Yuki Sato | Asks addresses whether they still answer | Tells once when one is down.
lumen/pager-duty-roster | Pager Roster | monitoring | alert, on-call | Yuki Sato | Who is called at night | Swaps shifts by a link.
lumen/cost-report | Cost Report | billing | cost, report | Dora Klein | What each project costs | Sorted by who spends most.
lumen/invoice-maker | Invoice Maker | billing | invoice, pdf | Dora Klein | Makes invoices at the end of the month | Numbers have no gaps.
lumen/quota-guard | Quota Guard | billing | quota | Dora Klein | Stops what would cost too much | Warns at eighty percent.
forge/git-mirror | Git Mirror | development | git, mirror | Ken Abara | Mirrors repositories every few minutes | Large files too.
forge/GitHubBridge | GitHub Bridge | development | git, issues | Ken Abara | Brings issues and pull requests over | Comments keep their authors.
forge/gitlab-runner | GitLab Runner | development | git, ci | Ken Abara | Runs pipelines on own machines | Cleans up after each job.
forge/ci-cache | CI Cache | development | ci, cache | Ken Abara | Shares build caches between pipelines | Keys by the digest of the lock file.
forge/code-review | Code Review | development | review | Ken Abara | Comments beside the lines of a change | Asks the ones who know the file.
forge/npm-audit | npm Audit | security | npm, vulnerability | Vera Stone | Lists known holes in front-end packages | Says which update mends each.
forge/pip-audit | pip Audit | security | python, vulnerability | Vera Stone | Lists known holes in Python packages | Reads lock files.
forge/license-checker | License Checker | development | license | Vera Stone | Finds licences in all dependencies | Reports what nobody allowed.
forge/container-scanner | Container Scanner | security | container, vulnerability | Vera Stone | Looks for holes in container images | Layers are scanned once.
forge/secret-scanner | Secret Scanner | security | secrets, git | Vera Stone | Finds keys that were committed by mistake | Looks through the whole history.
harbor/docker-registry | Docker Registry | compute | container, registry | Ivo Petrov | Keeps container images | Layers that nobody names are swept away.
harbor/helm-charts | Helm Charts | compute | kubernetes, helm | Ivo Petrov | Installs charts on a cluster | Values are edited in a form.
harbor/traefik-ingress | Traefik Ingress | networking | proxy, kubernetes | Ivo Petrov | Routes web traffic into a cluster | Certificates renew by themselves.
harbor/cert-renewer | Certificate Renewer | security | certificate, tls | Ivo Petrov | Renews certificates before they expire | Asks any ACME server.
harbor/dns-zones | DNS Zones | networking | dns | Ivo Petrov | Edits zones with a history | Shows what would change first.
harbor/vpn-tunnel | VPN Tunnel | networking | vpn, tunnel | Ivo Petrov | A private way into the network | One file for each device.
harbor/firewall-rules | Firewall Rules | networking | firewall | Ivo Petrov | Rules that one can read | Tests a rule before it holds.
harbor/load-balancer | Load Balancer | networking | proxy, balancer | Ivo Petrov | Spreads requests over servers | Takes sick ones out.
harbor/packet-capture | Packet Capture | networking | packets, forensics | Ivo Petrov | Records traffic for a while | Opens in the usual analysers.
sentry/phish-report | Phishing Report | security | phishing, mail | Aiko Mori | Takes reports of suspicious mail | Opens links where they can do no harm.
sentry/malware-sandbox | Malware Sandbox | security | malware, sandbox | Aiko Mori | Runs suspicious files behind glass | Writes down all that they touch.
sentry/threat-feed | Threat Feed | security | threat, intelligence | Aiko Mori | Lists of bad addresses, fresh each hour | Expires what is old.
sentry/incident-desk | Incident Desk | ticketing | incident, ticket | Aiko Mori | From alarm to closed incident | A timeline that writes itself.
sentry/siem-connector | SIEM Connector | security | logs, siem | Aiko Mori | Sends events to a security monitor | Buffers when it is away.
sentry/password-policy | Password Policy | identity | password, policy | Aiko Mori | Refuses passwords that are known | Asks without sending the password.
sentry/two-factor | Two-Factor Login | identity | login, totp | Aiko Mori | A second key at the door | Codes, keys and paper backup.
desk/jira-connector | Jira Connector | ticketing | ticket, issues | Carla Neri | Opens and closes tickets from anywhere | Fields are mapped in a form.
desk/service-desk | Service Desk | ticketing | ticket | Carla Neri | One place to ask for help | Answers from earlier tickets are proposed.
desk/asset-inventory | Asset Inventory | ticketing | inventory, devices | Carla Neri | What there is and who has it | Labels with codes to scan.
desk/survey-forms | Survey Forms | productivity | survey, form | Carla Neri | Asks people and counts the answers | Anonymous if wanted.
desk/time-tracker | Time Tracker | productivity | time | Carla Neri | Who worked how long on what | Exports for payroll.
desk/meeting-notes | Meeting Notes | productivity | notes, meeting | Carla Neri | Notes with decisions and tasks | Sends them to those who were missing.
vision/image-resizer | Image Resizer | imaging | image, thumbnails | Hugo Lind | Makes pictures smaller | Keeps colours as they were.
vision/video-transcoder | Video Transcoder | imaging | video | Hugo Lind | Turns films into any format | In pieces, on many workers.
vision/microscope-viewer | Microscope Viewer | imaging | microscopy, visualisation | Hugo Lind | Looks at very large pictures | Tiles are made on demand.
vision/dicom-archive | DICOM Archive | imaging | medical, archive | Hugo Lind | Keeps medical pictures | Names are removed on request.
vision/ocr-reader | OCR Reader | imaging | text, recognition | Hugo Lind | Reads text from scanned pages | Forty languages.
vision/face-blur | Face Blur | imaging | privacy, video | Hugo Lind | Hides faces in pictures | Done before anything is kept.
vision/satellite-tiles | Satellite Tiles | geography | map, satellite | Nadia Farah | Maps from above, fresh every week | Clouds are patched over.
vision/geo-coder | Geocoder | geography | map, address | Nadia Farah | From addresses to places and back | Works without the internet.
vision/route-planner | Route Planner | geography | map, route | Nadia Farah | The shortest way for many stops | By bicycle too.
vision/weather-station | Weather Station | geography | weather, sensor | Nadia Farah | Reads sensors on the roof | Warns of frost.
mind/model-trainer | Model Trainer | machine-learning | training, gpu | Leo Brandt | Trains models overnight | Resumes when a machine goes away.
mind/model-server | Model Server | machine-learning | inference, api | Leo Brandt | Serves models behind an address | Batches requests.
mind/label-studio-bridge | Label Bridge | machine-learning | labels, dataset | Leo Brandt | Brings labelled data in | Two people see each item.
mind/vector-search | Vector Search | machine-learning | vector, search | Leo Brandt | Finds what is alike | An index of millions fits on one machine.
mind/chat-assistant | Chat Assistant | machine-learning | chat, language | Leo Brandt | Answers questions about own documents | Names its sources.
mind/speech-to-text | Speech to Text | machine-learning | audio, speech | Leo Brandt | Writes down what is said | Tells speakers apart.
mind/translate-text | Translate Text | machine-learning | translation, language | Leo Brandt | From one language to another | Keeps the layout.
mind/feature-store | Feature Store | machine-learning | dataset, features | Leo Brandt | Columns for models, with their history | The same in training and serving.
data/csv-importer | CSV Importer | data-management | csv, import | Petra Zeman | Loads tables and says what is wrong with them | Guesses types, asks when unsure.
data/excel-reader | Excel Reader | data-management | spreadsheet, import | Petra Zeman | Reads spreadsheets as tables | Merged cells are filled.
data/schema-registry | Schema Registry | data-management | schema | Petra Zeman | Keeps the shapes of messages | Refuses what would break readers.
data/data-catalog | Data Catalog | data-management | catalog, metadata | Petra Zeman | What data there is and whom to ask | Lineage as a picture.
data/kafka-topics | Kafka Topics | data-management | stream, queue | Petra Zeman | Looks into streams of events | Starts again from any hour.
data/airflow-runner | Airflow Runner | automation | workflow, schedule | Petra Zeman | Runs workflows by the clock | Shows what waits for what.
data/dataverse-export | Dataverse Export | data-management | repository, export | Petra Zeman | Publishes datasets with a name that lasts | Checks the metadata first.
data/checksum-audit | Checksum Audit | data-management | digest, archive | Petra Zeman | Reads all files once a year | Reports the ones that changed.
auto/cron-jobs | Cron Jobs | automation | schedule | Finn Oakes | Runs things at fixed times | Never twice at once.
auto/workflow-engine | Workflow Engine | automation | workflow | Finn Oakes | Steps with waiting, retries and branches | Survives a restart in the middle.
auto/ansible-runner | Ansible Runner | automation | configuration, ssh | Finn Oakes | Sets machines up by playbook | Says what it would do first.
auto/terraform-plan | Terraform Plan | automation | infrastructure | Finn Oakes | Plans for whole data centres | Asks before it applies.
auto/ssh-console | SSH Console | automation | ssh, terminal | Finn Oakes | A terminal in the browser | Sessions can be recorded.
auto/patch-manager | Patch Manager | automation | patch, update | Finn Oakes | Brings machines up to date in waves | Stops when the first wave fails.
auto/home-sensors | Home Sensors | automation | sensor, iot | Finn Oakes | Lights, doors and heating | Rules in plain words.
learn/quiz-maker | Quiz Maker | education | quiz, test | Grete Holm | Questions with instant answers | Mixes the order for each student.
learn/classroom | Classroom | education | course, class | Grete Holm | Courses with lessons and marks | Parents may look in.
learn/flash-cards | Flash Cards | education | cards, memory | Grete Holm | Learns with pictures and sound | Repeats what was forgotten.
learn/code-school | Code School | education | programming, python | Grete Holm | First steps in Python | Runs in the browser.
learn/virtual-lab | Virtual Laboratory | education | laboratory, simulation | Grete Holm | Experiments that can't explode | Measured values have errors.
sim/fluid-solver | Fluid Solver | simulation | mesh, solver | Otto Weiss | Flows around wings and through pipes | Meshes refine themselves.
sim/molecule-dynamics | Molecular Dynamics | simulation | molecule, gpu | Otto Weiss | Moves atoms step by step | Restarts from any frame.
sim/climate-model | Climate Model | simulation | climate | Otto Weiss | A hundred years in a week | Outputs on a regular grid.
sim/traffic-model | Traffic Model | simulation | traffic, map | Otto Weiss | Cars, trams and people on foot | Closes a street and looks what happens.
sim/circuit-board | Circuit Board Simulator | simulation | electronics | Otto Weiss | Tries circuits before they are soldered | Noise included.
chart/bar-charts | Bar Charts | visualisation | chart | Selma Ruiz | Bars, stacked and grouped | Colours that everyone can tell apart.
chart/network-graph | Network Graph | visualisation | graph, network | Selma Ruiz | Draws who knows whom | Thousands of knots stay smooth.
chart/heat-map | Heat Map | visualisation | chart, map | Selma Ruiz | Where there is much of something | Clusters rows that are alike.
chart/timeline | Timeline | visualisation | time, chart | Selma Ruiz | Events along a line | Zooms from years to seconds.
chart/dash-builder | Dashboard Builder | visualisation | dashboard | Selma Ruiz | Pages of charts without code | Refreshes by itself.
twin/backup | Backup | storage | backup | Bela Toth | The plain backup | Copies a folder, nothing else.
twin/backup-pro | Backup Pro | storage | backup, encryption | Bela Toth | Backup with encryption | For those who need more.
other/Backup | Backup | storage | backup | Juno Vale | Another plain backup | Copies a folder to a bucket.
other/r | R | compute | statistics | Juno Vale | The language itself | For scripts.
other/go | Go | development | language | Juno Vale | A compiler as a service | Small programs fly.
other/c-lang | C | development | language, compiler | Juno Vale | Compiles C | With warnings.
other/cpp-lang | C++ | development | language, compiler | Juno Vale | Compiles C++ | With more warnings.
other/net-core | .NET Core | development | language, dotnet | Juno Vale | Runs .NET programs | Everywhere.
other/HTTPServerPlus | HTTPServerPlus | networking | web, server | Juno Vale | Serves files over HTTP | Ranges and caches.
other/s3sync | S3 Sync | storage | bucket, sync | Juno Vale | Copies folders to buckets | Only what changed.
other/ipv6-check | IPv6 Check | networking | ipv6 | Juno Vale | Is the network ready | Tests from outside.
intl/cafe-menu | Café Menü | productivity | menü, café | Zoë Müller | Speisekarten für kleine Cafés | Preise und Allergene, übersichtlich.
intl/strasse | Straßenkarte | geography | karte | Zoë Müller | Karten für die Straße | Größe nach Wunsch.
intl/oresund | Øresund Ferry | geography | færge | Søren Ångström | Ferry times over the Øresund | Updated hourly.
intl/zenbun-kensaku | 全文検索 | data-management | 検索 | 山田太郎 | 日本語の文書を検索する | 東京都の資料にも対応しています。
intl/zhongwen | 中文分词 | machine-learning | 分词 | 李华 | 把中文句子分成词语 | 支持简体和繁体。
intl/hangul-ocr | 한글 문자 인식 | imaging | 한글 | 김민준 | 한글 문서를 읽습니다 | 손글씨도 됩니다.
intl/poisk | Поиск документов | data-management | поиск | Иван Петров | Быстрый поиск по документам | Понимает русский язык.
intl/bahth | بحث المستندات | data-management | بحث | ليلى حسن | يبحث في المستندات العربية | سريع وبسيط.
`;

const list = (text: string) => text.split(',').map((item) => item.trim()).filter((item) => item !== ''); // prettier-ignore
const orNull = (text: string | undefined) => (text === undefined || text === '' ? null : text);

function plugin(row: string, at: number): PluginDocument {
  const [path = '', title, categories = '', tags = '', maintainer, summary, description] = row
    .split('|')
    .map((field) => field.trim());
  const [publisher = '', name = ''] = path.split('/');
  return {
    id: pluginId(publisher, normalizeName(name)),
    publisher,
    name,
    title: orNull(title),
    summary: orNull(summary),
    description: orNull(description),
    maintainer: orNull(maintainer),
    version: '1.0.0',
    categories: list(categories),
    tags: list(tags),
    operations: [],
    interfaces: ['default'],
    kind: 'native',
    has: ['backend'],
    trust: at % 5 === 0 ? 'trusted' : 'untrusted',
    requires: {},
    downloads: (at * 37) % 400,
    updatedAt: Date.UTC(2024, 0, 1) + at * 3_600_000,
    withdrawn: false,
    deprecated: null,
    revision: 1,
  };
}

const changes: Readonly<Record<string, Partial<PluginDocument>>> = {
  'sentry/phish-report': {
    kind: 'insightconnect',
    operations: ['quarantine_message Quarantine Message Moves a message out of the mailbox', 'Detonate URL'],
    has: ['backend', 'operations'],
  },
  'sentry/threat-feed': { kind: 'insightconnect', operations: ['lookup_domain Look up a domain'], has: ['backend', 'operations'] },
  'desk/jira-connector': { kind: 'insightconnect', operations: ['create_issue Create Issue', 'transition_issue'], has: ['backend', 'operations'] },
  'north/gvlplugin': { kind: 'cloudlaunch', interfaces: ['launch', 'admin', 'backup'], requires: { cloudlaunch: '>=2.0.0' }, has: ['backend', 'frontend', 'form'] },
  'galaxy/kubeplugin': { requires: { cloudlaunch: '^1.2.0', galaxy: '>=20.0.0' }, has: ['backend', 'frontend'] },
  'galaxy/kube-metrics': { requires: { galaxy: '>=24.0.0' } },
  'other/c-lang': { categories: ['Development'] },
  'other/backup': { downloads: 50_000, deprecated: { message: 'Use the other one.', replacedBy: 'twin/backup' } },
  'west/slack-notify': { downloads: 50_000, deprecated: { message: 'Nobody mends it any more.', replacedBy: null } },
  'auto/patch-manager': { withdrawn: true, downloads: 100_000 },
  'east/mysql-dump': { withdrawn: true, downloads: 90_000 },
}; // prettier-ignore

/** A fixed corpus of our own invention, about 150 plugins, for judging what a search finds. */
export const goldenPlugins: readonly PluginDocument[] = rows
  .split('\n')
  .filter((row) => row.includes(' | '))
  .map(plugin)
  .map((document) => ({ ...document, ...changes[document.id] }));
