// Keeps the accounts of appsettings.json registered for as long as it runs, and unregisters them at its end. An account can be given here too:
// dotnet run --project examples/StayRegistered -- --Sip:Profiles:0:AddressOfRecord=sip:alice@example.com --Sip:Profiles:0:UserName=alice --Sip:Profiles:0:Password=secret
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StayRegistered;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSipClient(builder.Configuration.GetSection("Sip")).AddSipProfiles(builder.Configuration.GetSection("Sip:Profiles"));
builder.Services.AddHostedService<Watch>();
await builder.Build().RunAsync();
