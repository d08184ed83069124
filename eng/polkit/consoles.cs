#:project ../../src/LibVirt.NET/LibVirt.NET.csproj
// Opens a running domain's screen and serial console, as the portal's pages do, and says what came of each. For eng/try-polkit:
// the API has no consoles, and virsh no command for the screen.
using System.Net.Sockets;
using System.Text;
using LibVirt;

using var connection = VirConnection.Open(args[0]);
using var domain = connection.LookupDomainByName(args[1]);

using (var screen = domain.OpenGraphicsFd(0, DomainOpenGraphicsFlags.SkipAuth))
{
    screen.ReceiveTimeout = 10_000;
    var greeting = new byte[12];
    var count = screen.Receive(greeting, SocketFlags.None);
    Console.WriteLine($"screen: {Encoding.ASCII.GetString(greeting, 0, count).Trim()}");
}

using (var serial = connection.CreateStream(VirStreamFlags.NonBlocking))
{
    domain.OpenConsole(null, serial, DomainConsoleFlags.Safe);
    serial.Abort();
    Console.WriteLine("serial: open");
}
