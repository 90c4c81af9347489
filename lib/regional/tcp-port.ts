/** The arguments of a security group rule for one TCP port. */
export function tcpPort(port: number) {
  return { ipProtocol: "tcp", fromPort: port, toPort: port };
}
