# docker build -t snapshotportal .
# docker run -p 8080:8080 -v snapshotportal:/data -v /var/run/libvirt/libvirt-sock:/var/run/libvirt/libvirt-sock \
#   -e SnapshotPortal__Hosts__0__Uri=qemu:///system snapshotportal
# The socket's group has to be among the container's: --group-add "$(stat -c %g /var/run/libvirt/libvirt-sock)".

FROM docker.io/library/node:22 AS browser
WORKDIR /source/src/SnapshotPortal.Browser
COPY src/SnapshotPortal.Browser/package.json src/SnapshotPortal.Browser/package-lock.json src/SnapshotPortal.Browser/.npmrc ./
RUN npm ci
COPY src/SnapshotPortal.Browser/ ./
RUN npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Restoring depends on these files only: a change of code does not download packages again.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY eng/ThawGuard.targets eng/
COPY src/LibVirt.NET/LibVirt.NET.csproj src/LibVirt.NET/
COPY src/SnapshotPortal.Domain/SnapshotPortal.Domain.csproj src/SnapshotPortal.Domain/
COPY src/SnapshotPortal.Operations/SnapshotPortal.Operations.csproj src/SnapshotPortal.Operations/
COPY src/SnapshotPortal.Data/SnapshotPortal.Data.csproj src/SnapshotPortal.Data/
COPY src/SnapshotPortal.Engine.Libvirt/SnapshotPortal.Engine.Libvirt.csproj src/SnapshotPortal.Engine.Libvirt/
COPY src/SnapshotPortal.ThawGuard/SnapshotPortal.ThawGuard.csproj src/SnapshotPortal.ThawGuard/
COPY src/SnapshotPortal.Web/SnapshotPortal.Web.csproj src/SnapshotPortal.Web/
RUN dotnet restore src/SnapshotPortal.Web/SnapshotPortal.Web.csproj

COPY . .
COPY --from=browser /source/wwwroot/consoles wwwroot/consoles
RUN dotnet publish src/SnapshotPortal.Web/SnapshotPortal.Web.csproj -c Release --no-restore -m:1 -o /publish

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS runtime
# libvirt0: the client library. openssh-client: hosts reached as qemu+ssh://. curl: the health check.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libvirt0 openssh-client curl \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --home-dir /home/snapshotportal --shell /usr/sbin/nologin snapshotportal \
    && install -d -o snapshotportal -g snapshotportal -m 0750 /data
WORKDIR /app
COPY --from=build /publish .

ENV ASPNETCORE_HTTP_PORTS=8080 \
    ConnectionStrings__Portal="Data Source=/data/snapshotportal.db"
VOLUME /data
EXPOSE 8080
USER snapshotportal
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD curl --fail --silent --output /dev/null http://127.0.0.1:8080/healthz
ENTRYPOINT ["dotnet", "SnapshotPortal.Web.dll"]
