// Two parts of one program, each with a client of its own, at one address: the stack gives each the requests that it declared itself for.
// dotnet run --project examples/SeveralClients -- 127.0.0.1:5060
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SeveralClients;

var address = args is [var given] ? given : "127.0.0.1:5060";
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSipClient("phone", options =>
{
    options.LocalAddress = address;
    options.Capabilities.Media.Add("audio"); // calls that offer audio come here, others get 488
});
builder.Services.AddSipClient("presence", options =>
{
    options.LocalAddress = address;
    options.Capabilities.EventPackages.Add("presence"); // subscriptions to it come here, others get 489
});
builder.Services.AddHostedService<Phone>();
builder.Services.AddHostedService<Presence>();
builder.Services.AddHostedService<StackWatch>();
await builder.Build().RunAsync();
