// Places a call at any SIP server. What is not in appsettings.json comes from the command line:
//   dotnet run --project examples/PlaceACall -- --to sip:echo@sip.example.com --from sip:alice@sip.example.com --user alice --password secret --register true
// or from the environment: Sip__Credentials__0__Password=secret keeps the password out of sight.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PlaceACall;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory }); // appsettings.json stands beside the program
builder.Configuration.AddCommandLine(args, new Dictionary<string, string>
{
    ["--to"] = "Call:To",
    ["--hold"] = "Call:HoldSeconds",
    ["--register"] = "Call:Register",
    ["--from"] = "Sip:From",
    ["--local"] = "Sip:LocalAddress",
    ["--proxy"] = "Sip:OutboundProxy",
    ["--transport"] = "Sip:Transport",
    ["--user"] = "Sip:Credentials:0:UserName",
    ["--password"] = "Sip:Credentials:0:Password",
});

builder.Services.AddSipClient(builder.Configuration.GetSection("Sip")); // checked when the host starts
builder.Services.Configure<CallOptions>(builder.Configuration.GetSection("Call"));
builder.Services.AddHostedService<Caller>();

Environment.ExitCode = 1; // until the call was answered and has ended
await builder.Build().RunAsync();
