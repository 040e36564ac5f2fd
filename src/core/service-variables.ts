/**
 * What Kubernetes puts into each container for a Service that is called hub or hub-<name>: addresses and ports, as
 * `HUB_SERVE_SERVICE_HOST`, `HUB_SERVICE_PORT_HTTP`, `HUB_PORT_80_TCP_ADDR`. They are not meant for hub.
 */
const SERVICE_NAME = /^HUB_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
/** `HUB_PORT` and `HUB_SERVE_PORT` may also be a variable of hub; the value tells. */
const SERVICE_PORT = /^HUB_(\w+_)?PORT$/;
const SERVICE_ADDRESS = /^(tcp|udp|sctp):\/\//;
/** True for a variable that is named as hub's are, but set by Kubernetes for a Service. */
export function isServiceVariable(name: string, value: string): boolean {
  return SERVICE_NAME.test(name) || (SERVICE_PORT.test(name) && SERVICE_ADDRESS.test(value));
}
