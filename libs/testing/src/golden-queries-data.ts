/** What a search of the golden corpus must answer. Ids are publisher/name. */
export interface GoldenQuery {
  /** The parameters of the search, as in its address: `q=kube&category=storage`. */
  readonly search: string;
  /** What must come first. */
  readonly first?: string;
  /** What must be among the hits. */
  readonly there?: readonly string[];
  readonly not?: readonly string[];
  readonly total?: number;
}

const first = (search: string, id: string): GoldenQuery => ({
  search: `q=${encodeURIComponent(search)}`,
  first: id,
});
const there = (search: string, ...ids: string[]): GoldenQuery => ({ search: `q=${encodeURIComponent(search)}`, there: ids }); // prettier-ignore
const without = (search: string, id: string, ...not: string[]): GoldenQuery => ({ search: `q=${encodeURIComponent(search)}`, there: [id], not }); // prettier-ignore
const exactly = (search: string, ...ids: string[]): GoldenQuery => ({
  search,
  there: ids,
  total: ids.length,
});

const names: readonly GoldenQuery[] = [
  first('KubePlugin', 'galaxy/kubeplugin'),
  first('kubeplugin', 'galaxy/kubeplugin'),
  first('KUBEPLUGIN', 'galaxy/kubeplugin'),
  first('kube-plugin', 'galaxy/kubeplugin'),
  first('kube plugin', 'galaxy/kubeplugin'),
  first('galaxy/kubeplugin', 'galaxy/kubeplugin'),
  first('Galaxy/KubePlugin', 'galaxy/kubeplugin'),
  first('kube-metrics', 'galaxy/kube-metrics'),
  first('kube_metrics', 'galaxy/kube-metrics'),
  first('kubemetrics', 'galaxy/kube-metrics'),
  first('KubeMetrics', 'galaxy/kube-metrics'),
  first('r', 'other/r'),
  first('go', 'other/go'),
  first('timeline', 'chart/timeline'),
  first('classroom', 'learn/classroom'),
  first('rstudio', 'south/rstudio'),
  first('s3sync', 'other/s3sync'),
  first('s3-sync', 'other/s3sync'),
  first('S3 Sync', 'other/s3sync'),
  first('GitHubBridge', 'forge/githubbridge'),
  first('github bridge', 'forge/githubbridge'),
  first('other/backup', 'other/backup'),
  first('twin/backup', 'twin/backup'),
  first('backup-pro', 'twin/backup-pro'),
  first('gvlplugin', 'north/gvlplugin'),
  first('net-core', 'other/net-core'),
  first('c-lang', 'other/c-lang'),
  // Both bear the name; the other one is used more, and deprecated.
  first('backup', 'twin/backup'),
  there('backup', 'twin/backup', 'other/backup', 'twin/backup-pro', 'galaxy/kubebackup'),
];

const wordParts: readonly GoldenQuery[] = [
  there('oauth', 'acme/oauth2-proxy', 'acme/oauthclient'),
  first('oauth2', 'acme/oauth2-proxy'),
  first('oauth 2', 'acme/oauth2-proxy'),
  there('kube', 'galaxy/kubeplugin', 'galaxy/kubebackup', 'galaxy/kube-metrics', 'harbor/helm-charts'),
  there('plugin', 'galaxy/kubeplugin', 'north/gvlplugin'),
  there('github', 'forge/githubbridge'),
  there('git', 'forge/githubbridge', 'forge/git-mirror', 'forge/gitlab-runner'),
  there('http server', 'other/httpserverplus'),
  there('server plus', 'other/httpserverplus'),
  there('ipv6', 'other/ipv6-check'),
  there('s3', 'other/s3sync'),
  there('client', 'acme/oauthclient'),
  first('OAuth Client', 'acme/oauthclient'),
  there('OAuth 2.0 proxy', 'acme/oauth2-proxy'),
];

const typed: readonly GoldenQuery[] = [
  there('kubern', 'galaxy/kubeplugin', 'galaxy/kube-metrics', 'harbor/helm-charts'),
  first('prometh', 'lumen/prometheus-scraper'),
  first('prom', 'lumen/prometheus-scraper'),
  first('terraf', 'auto/terraform-plan'),
  first('jup', 'south/jupyter-launcher'),
  first('jupyter lau', 'south/jupyter-launcher'),
  first('genome br', 'north/genome-browser'),
  first('variant c', 'north/variant-caller'),
  first('load bal', 'harbor/load-balancer'),
  first('incident d', 'sentry/incident-desk'),
  first('speech to', 'mind/speech-to-text'),
  there('ti', 'chart/timeline', 'desk/time-tracker'),
  there('we', 'west/webhook-relay', 'vision/weather-station'),
  there('transcod', 'vision/video-transcoder'),
  first('dicom', 'vision/dicom-archive'),
  first('ansib', 'auto/ansible-runner'),
];

const typos: readonly GoldenQuery[] = [
  first('kubeplugni', 'galaxy/kubeplugin'),
  first('kubplugin', 'galaxy/kubeplugin'),
  first('kubepluginn', 'galaxy/kubeplugin'),
  there('kuberntes', 'galaxy/kubeplugin', 'galaxy/kube-metrics'),
  there('kubenretes', 'galaxy/kubeplugin'),
  there('kuberneets cluster', 'galaxy/kubeplugin'),
  first('promethues', 'lumen/prometheus-scraper'),
  first('grafanna', 'lumen/grafana-board'),
  first('terrafrom', 'auto/terraform-plan'),
  first('jypyter launcher', 'south/jupyter-launcher'),
  first('jupyter lancher', 'south/jupyter-launcher'),
  first('genom browser', 'north/genome-browser'),
  first('varient caller', 'north/variant-caller'),
  first('ferwall rules', 'harbor/firewall-rules'),
  first('calender sync', 'west/calendar-sync'),
  first('certificat renewer', 'harbor/cert-renewer'),
  first('malwear sandbox', 'sentry/malware-sandbox'),
  first('pasword policy', 'sentry/password-policy'),
  first('xubeplugin', 'galaxy/kubeplugin'),
  first('nsible runner', 'auto/ansible-runner'),
  first('phylogenetic tre bilder', 'north/phylo-tree'),
  first('trafik ingress', 'harbor/traefik-ingress'),
  first('webook relay', 'west/webhook-relay'),
  first('sqllite viewer', 'east/sqlite-viewer'),
];

const words: readonly GoldenQuery[] = [
  first('genomics virtual lab', 'north/gvlplugin'),
  first('virtual laboratory', 'learn/virtual-lab'),
  there('notebook', 'south/notebook-viewer', 'south/jupyter-launcher', 'south/rstudio'),
  first('notebook viewer', 'south/notebook-viewer'),
  first('chat', 'mind/chat-assistant'),
  first('notify', 'west/teams-notify'),
  first('slack-notify', 'west/slack-notify'),
  first('slack', 'west/slack-notify'),
  without('container vulnerability', 'forge/container-scanner', 'forge/npm-audit', 'harbor/docker-registry'),
  without('python vulnerability', 'forge/pip-audit', 'forge/npm-audit'),
  without('chat notification', 'west/slack-notify', 'mind/chat-assistant'),
  there('database backup', 'east/mysql-dump'),
  there('ada wren', 'galaxy/kubeplugin', 'galaxy/kubebackup'),
  without('sam okoro', 'north/blast-runner', 'north/genome-browser'),
  there('forty languages', 'vision/ocr-reader'),
  there('who is called at night', 'lumen/pager-duty-roster'),
  there('experiments explode', 'learn/virtual-lab'),
  there('soldered', 'sim/circuit-board'),
  first('map', 'chart/heat-map'),
  there('map', 'vision/satellite-tiles', 'vision/route-planner', 'sim/traffic-model'),
  there('security login', 'acme/oauth2-proxy', 'acme/saml-bridge'),
  there('harbor', 'harbor/dns-zones', 'harbor/vpn-tunnel'),
  there('quarantine message', 'sentry/phish-report'),
  there('detonate', 'sentry/phish-report'),
  there('create_issue', 'desk/jira-connector'),
  there('lookup domain', 'sentry/threat-feed'),
  there('frost', 'vision/weather-station'),
  there('kafka elephants', 'data/kafka-topics'),
];

const scripts: readonly GoldenQuery[] = [
  first('café menü', 'intl/cafe-menu'),
  first('cafe menu', 'intl/cafe-menu'),
  first('straße', 'intl/strasse'),
  first('strassenkarte', 'intl/strasse'),
  there('grosse', 'intl/strasse'),
  first('oresund', 'intl/oresund'),
  first('Øresund', 'intl/oresund'),
  there('soren angstrom', 'intl/oresund'),
  first('全文検索', 'intl/zenbun-kensaku'),
  first('検索', 'intl/zenbun-kensaku'),
  there('索', 'intl/zenbun-kensaku'),
  there('東京', 'intl/zenbun-kensaku'),
  first('中文', 'intl/zhongwen'),
  there('句子', 'intl/zhongwen'),
  first('한글', 'intl/hangul-ocr'),
  first('поиск', 'intl/poisk'),
  there('документ', 'intl/poisk'),
  first('بحث', 'intl/bahth'),
  first('ｋｕｂｅｐｌｕｇｉｎ', 'galaxy/kubeplugin'),
];

const filters: readonly GoldenQuery[] = [
  exactly('q=backup&publisher=twin', 'twin/backup', 'twin/backup-pro'),
  exactly('q=backup&publisher=Twin&publisher=OTHER', 'twin/backup', 'twin/backup-pro', 'other/backup'),
  exactly('category=billing', 'lumen/cost-report', 'lumen/invoice-maker', 'lumen/quota-guard'),
  exactly('category=Billing&tag=invoice', 'lumen/invoice-maker'),
  { search: 'category=development', there: ['other/c-lang', 'other/cpp-lang'] },
  exactly('kind=insightconnect', 'sentry/phish-report', 'sentry/threat-feed', 'desk/jira-connector'),
  exactly('kind=cloudlaunch', 'north/gvlplugin'),
  exactly('has=operations&q=issue', 'desk/jira-connector'),
  exactly('has=frontend', 'galaxy/kubeplugin', 'north/gvlplugin'),
  exactly('has=frontend&has=operations&publisher=desk', 'desk/jira-connector'),
  exactly('interface=admin', 'north/gvlplugin'),
  exactly('host=galaxy', 'galaxy/kubeplugin', 'galaxy/kube-metrics'),
  exactly('host=galaxy@23.1', 'galaxy/kubeplugin'),
  exactly('host=galaxy@24.1.0', 'galaxy/kubeplugin', 'galaxy/kube-metrics'),
  exactly('host=cloudlaunch@1.9.0', 'galaxy/kubeplugin'),
  exactly('host=cloudlaunch@3.0.0&host=galaxy@24.0.0', 'north/gvlplugin', 'galaxy/kubeplugin', 'galaxy/kube-metrics'),
  exactly('host=portal'),
  { search: 'q=kubeplugin&category=storage', total: 0 },
  { search: 'sort=name&limit=1', first: 'data/airflow-runner' },
  { search: 'sort=updated&limit=1', first: 'intl/bahth' },
  { search: 'q=patch+manager', there: ['auto/patch-manager'] },
  exactly('q=qqqqqqqqqqqq'),
  exactly('q=!!!'),
]; // prettier-ignore

export const goldenQueries: readonly GoldenQuery[] = [
  ...names,
  ...wordParts,
  ...typed,
  ...typos,
  ...words,
  ...scripts,
  ...filters,
];
